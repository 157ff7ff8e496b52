import { MusterError } from '#domain/errors/muster-error.ts';
import { cellOf, faultOf } from './_cells.ts';
import type { RejectedRow } from './_records.ts';
import type { RecordBatch } from './record-source.ts';

/** So many rows are asked for at a time; what a source holds in memory for us. */
export const FETCH_ROWS = 2_000;
export const CONNECT_TIMEOUT_MS = 10_000;
/** A query of a model may sort a large table, and must not run for ever. */
const STATEMENT_TIMEOUT_S = 30 * 60;

/** How long the statement of a source may take. @throws MusterError USAGE */
export function timeoutMsOf(settings: { readonly timeout?: string } = {}): number {
  const { timeout = String(STATEMENT_TIMEOUT_S) } = settings;
  const seconds = /^\d{1,5}$/.test(timeout) ? Number(timeout) : 0;
  if (seconds > 0) return seconds * 1000;
  throw new MusterError('USAGE', `a timeout of “${timeout}” is no number of seconds`);
}

/** Rows of a query as records; `before` came already. What is wrong costs its own row alone. */
export function queryBatch(values: readonly (readonly unknown[])[], before: number): RecordBatch {
  const rows: string[][] = [];
  const lines: number[] = [];
  const rejected: RejectedRow[] = [];
  for (const [i, value] of values.entries()) {
    const cells = value.map(cellOf);
    const line = before + i + 1;
    const fault = faultOf(cells) ?? faultOfRecord(cells);
    if (fault === null) {
      rows.push(cells);
      lines.push(line);
    } else rejected.push({ line, reason: fault, cells });
  }
  return { rows, lines, rejected, done: before + values.length };
}

/** Of a whole record (features.md §3.3-31). */
const RECORD_BYTES_MAX = 512 * 1024;

function faultOfRecord(cells: readonly string[]): string | null {
  let units = 0;
  for (const cell of cells) units += cell.length;
  // A character has at most three bytes a unit: most records need no measuring.
  if (units * 3 <= RECORD_BYTES_MAX) return null;
  const bytes = cells.reduce((sum, cell) => sum + Buffer.byteLength(cell), 0);
  return bytes > RECORD_BYTES_MAX ? `a record over ${RECORD_BYTES_MAX / 1024} KiB` : null;
}
