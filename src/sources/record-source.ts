import type { RejectedRow } from './_records.ts';

export type { RejectedRow } from './_records.ts';

/**
 * What every connector gives: records under named columns, and a word on whether they are all. The
 * cells are text, as a CSV file would hold them; what a source has no value for is an empty cell.
 */
export interface RecordSource {
  /** Names of the columns, trimmed; all different, none empty. */
  readonly header: readonly string[];
  /** How much there is to read, in `unit`; null where that shows at the end only. */
  readonly total: number | null;
  readonly unit: 'bytes' | 'rows';
  /** False for what may have lost its end: its last record is whole, but more may follow. */
  readonly endProved: boolean;
  /**
   * The records, from the start at every call. Throws what is wrong with the source as a whole, some
   * of it only after the last batch. Nothing may be made visible before it has ended.
   */
  batches(): AsyncGenerator<RecordBatch, void, undefined>;
}

export interface RecordBatch {
  /**
   * Sound records, each with a cell for every column. A cell may share memory with the whole batch:
   * copy what is kept for longer.
   */
  readonly rows: readonly string[][];
  /** Where each row stands: its first physical line, or its number in what has no lines; from 1. */
  readonly lines: readonly number[];
  readonly rejected: readonly RejectedRow[];
  /** What was read so far, in the unit of the source. */
  readonly done: number;
}
