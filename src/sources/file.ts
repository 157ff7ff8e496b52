import { MusterError } from '#domain/errors/muster-error.ts';
import { type Bytes, firstBytes, isZip, openBytes } from './bytes.ts';
import { openCsv } from './csv.ts';
import { openNdjson } from './ndjson.ts';
import { openParquet } from './parquet.ts';
import type { RecordSource } from './record-source.ts';
import { isWorkbook, openXlsx } from './xlsx.ts';
import { readZipEntries } from './_zip.ts';

/**
 * A file of people: CSV, JSON lines, Parquet or Excel, the first two also in gzip or zip. What it is
 * shows in its first bytes; only an empty-looking start of JSON lines needs the name.
 * Throws what the connectors throw, and IMPORT_FORMAT for what none of them takes.
 */
export async function openFile(
  path: string,
  options: { chunkBytes?: number } = {},
): Promise<RecordSource> {
  const start = await firstBytes(path);
  if (start.toString('latin1') === 'PAR1') return await openParquet(path);
  if (isZip(start)) {
    const entries = await readZipEntries(path);
    if (isWorkbook(entries)) return await openXlsx(path, entries);
  }
  if (start.toString('hex') === 'd0cf11e0') {
    throw new MusterError('IMPORT_FORMAT', 'an Excel file of before 2007 (.xls)');
  }
  const bytes = await openBytes(path);
  if (isJsonLines(bytes)) return await openNdjson(bytes);
  return openCsv(bytes, options);
}

function isJsonLines(bytes: Bytes): boolean {
  const start = bytes.start
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart();
  if (/\.json$/i.test(bytes.name) && start.startsWith('[')) {
    throw new MusterError('IMPORT_FORMAT', 'one JSON list, not one object a line');
  }
  return start.startsWith('{') || /\.(ndjson|jsonl)$/i.test(bytes.name);
}
