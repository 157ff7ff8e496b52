/** Limits of contract.md, "Files". */
export const columnsMax = 512;
export const cellBytesMax = 128 * 1024;

export interface RejectedRow {
  /** First physical line of the record, counted from 1. */
  readonly line: number;
  /** Why, in words that repeat nothing of what the row holds. */
  readonly reason: string;
  /** Its cells where they could be told apart: one of them may be the id of somebody. */
  readonly cells?: readonly string[];
}

export interface Records {
  readonly rows: string[][];
  /** First physical line of each row, counted from 1. */
  readonly lines: number[];
  readonly rejected: RejectedRow[];
}

/** Reasons that more than one place speaks of. */
export const largeCellFault = `a cell over ${cellBytesMax / 1024} KiB`;
export const nulFault = 'a NUL character';
