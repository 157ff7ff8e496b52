import { must } from '#domain/errors/assert.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { Charset } from './_charset.ts';
import { checkHeader } from './header.ts';
import { RecordSplitter } from './_record-splitter.ts';
import { nulFault, type Records, type RejectedRow } from './_records.ts';

/** The header must end within this much of the file; the first records in it tell the delimiter. */
export const sampleBytesMax = 256 * 1024;

export interface Dialect {
  readonly delimiter: string;
  readonly header: readonly string[];
}

/** In the order in which they win when nothing else decides. */
const delimiters = [',', ';', '\t', '|'] as const;
const recordsMax = 100;

/** What the start of a file looks like with one delimiter. */
interface Reading {
  readonly delimiter: string;
  /** No cells if there is no header that could be read. */
  readonly header: readonly string[];
  readonly headerFault: RejectedRow | null;
  /** How many of the first records have as many cells as the header. */
  readonly fitting: number;
}

/**
 * Reads delimiter and header from the start of a file. `isWhole` says that the sample is all of it.
 * Throws IMPORT_HEADER_INVALID, IMPORT_ENCODING, IMPORT_FILE_EMPTY, IMPORT_FILE_CUT.
 */
export function readDialect(charset: Charset, sample: string, isWhole: boolean): Dialect {
  const readings = delimiters.map((delimiter) => readSample(charset, sample, isWhole, delimiter));
  const best = readings
    .filter(({ header }) => header.length > 1)
    .toSorted((a, b) => b.fitting - a.fitting || b.header.length - a.header.length)[0];
  const { delimiter, header, headerFault } = best ?? must(readings[0], 'a comma is always tried');
  if (headerFault !== null) throw badHeader(charset, headerFault);
  if (header.length === 0) throw noHeader(charset, sample, isWhole);
  return { delimiter, header: checkHeader(header) };
}

function readSample(
  charset: Charset,
  sample: string,
  isWhole: boolean,
  delimiter: string,
): Reading {
  const records: Records = { rows: [], lines: [], rejected: [] };
  const splitter = new RecordSplitter(charset, delimiter, null);
  splitter.push(sample, false, records);
  // The last record of a whole file may lack its line end; inside quotes this adds nothing.
  if (isWhole) splitter.push('\n', false, records);
  const fault = records.rejected[0];
  if (fault !== undefined && fault.line < (records.lines[0] ?? Number.POSITIVE_INFINITY)) {
    return { delimiter, header: [], headerFault: fault, fitting: 0 };
  }
  const header = records.rows[0] ?? [];
  const first = records.rows.slice(0, recordsMax);
  const fitting = first.filter((row) => row.length === header.length).length;
  return { delimiter, header, headerFault: null, fitting };
}

function badHeader(charset: Charset, { line, reason }: RejectedRow): MusterError {
  const measured = `the header, in line ${line}, has ${reason}`;
  if (reason === nulFault) {
    return new MusterError(
      'IMPORT_ENCODING',
      `${measured}, as UTF-16 without a byte order mark has`,
    );
  }
  const code = reason === charset.fault ? 'IMPORT_ENCODING' : 'IMPORT_HEADER_INVALID';
  return new MusterError(code, measured);
}

function noHeader(charset: Charset, sample: string, isWhole: boolean): MusterError {
  if (!isWhole) {
    const limit = `${sampleBytesMax / 1024} KiB`;
    return new MusterError('IMPORT_HEADER_INVALID', `it does not end within ${limit}, the limit`);
  }
  const splitter = new RecordSplitter(charset, ',', null);
  const records: Records = { rows: [], lines: [], rejected: [] };
  splitter.push(sample, false, records);
  splitter.finish(records);
  return new MusterError('IMPORT_FILE_EMPTY', 'it has no header');
}
