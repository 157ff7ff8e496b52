import { MusterError } from '#domain/errors/muster-error.ts';
import type { Bytes } from './bytes.ts';
import { type Charset, charsetOf, type Encoding } from './_charset.ts';
import { type Dialect, readDialect, sampleBytesMax } from './_dialect.ts';
import { RecordSplitter } from './_record-splitter.ts';
import type { Records } from './_records.ts';
import type { RecordBatch, RecordSource } from './record-source.ts';

/** Its end is proved by the line end of its last record. */
export interface CsvFile extends RecordSource {
  readonly delimiter: string;
  readonly encoding: Encoding;
}

const defaultChunkBytes = 256 * 1024;

/**
 * A CSV file (RFC 4180, in the forms that contract.md lists); its header is read at once.
 * Throws IMPORT_FILE_EMPTY, IMPORT_FILE_CUT, IMPORT_ENCODING, IMPORT_HEADER_INVALID.
 */
export function openCsv(bytes: Bytes, options: { chunkBytes?: number } = {}): CsvFile {
  const { sizeBytes } = bytes;
  if (sizeBytes === 0) throw new MusterError('IMPORT_FILE_EMPTY', 'it has 0 bytes');
  const charset = charsetOf(bytes.start, sizeBytes);
  const sample = charset.undecoded(Buffer.from(bytes.start.subarray(charset.markBytes)));
  const { delimiter, header } = readDialect(charset, sample, sizeBytes <= sampleBytesMax);
  const chunkBytes = Math.max(charset.unitBytes, options.chunkBytes ?? defaultChunkBytes);
  const evenChunkBytes = chunkBytes - (chunkBytes % charset.unitBytes);
  const last = charset.undecoded(Buffer.from(bytes.end.subarray(-charset.unitBytes)));
  return {
    header,
    delimiter,
    encoding: charset.encoding,
    total: sizeBytes,
    unit: 'bytes',
    endProved: last === '\n' || last === '\r',
    batches: () => readBatches(bytes, charset, { delimiter, header }, evenChunkBytes),
  };
}

async function* readBatches(
  bytes: Bytes,
  charset: Charset,
  dialect: Dialect,
  chunkBytes: number,
): AsyncGenerator<RecordBatch, void, undefined> {
  const splitter = new RecordSplitter(charset, dialect.delimiter, dialect.header.length);
  let markBytes: number = charset.markBytes;
  let done = 0;
  let isHeaderDue = true;
  let recordCount = 0;
  const take = (records: Records): RecordBatch => {
    if (isHeaderDue && records.rows.length > 0) {
      records.rows.shift();
      records.lines.shift();
      isHeaderDue = false;
    }
    recordCount += records.rows.length + records.rejected.length;
    return { ...records, done };
  };
  for await (const piece of bytes.pieces(chunkBytes)) {
    done += piece.length;
    const marked = Math.min(markBytes, piece.length);
    markBytes -= marked;
    const text = piece.subarray(marked);
    const records: Records = { rows: [], lines: [], rejected: [] };
    // Asked before the bytes are read, which may turn them round.
    const isPlain = charset.isPlain(text);
    splitter.push(charset.undecoded(text), isPlain, records);
    yield take(records);
  }
  const last: Records = { rows: [], lines: [], rejected: [] };
  splitter.finish(last);
  yield take(last);
  if (recordCount === 0) throw new MusterError('IMPORT_FILE_EMPTY', 'it has a header only');
}
