/** Reads the rows of a Parquet file: what its library makes of a hostile one is this process's alone. */
import { MusterError } from '#domain/errors/muster-error.ts';
import type { ErrorCode } from '#domain/errors/catalogue.ts';
import { answerAsked } from './_forked.ts';
import { readParquetGroups } from './_parquet-groups.ts';
import type { RecordBatch } from './record-source.ts';

/** Rows, or what was wrong with the file. */
export type ParquetAnswer = RecordBatch | { readonly code: ErrorCode; readonly measured: string };

answerAsked(async function* ({ path }: { path: string }): AsyncGenerator<ParquetAnswer> {
  try {
    yield* readParquetGroups(path);
  } catch (error) {
    if (error instanceof MusterError) yield { code: error.code, measured: error.measured };
    else yield { code: 'IMPORT_FILE_DAMAGED', measured: 'its Parquet data cannot be read' };
  }
});
