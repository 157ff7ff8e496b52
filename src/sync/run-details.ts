import { MusterError } from '#domain/errors/muster-error.ts';
import type { Db } from '#store/db.ts';
import {
  type OperationRecord,
  operationsOfRun,
  readRun,
  type RowRecord,
  rowsOfRun,
  type RunRecord,
} from '#store/run-history.ts';

/** One run with what Meta answered to each request, and some of the rows it refused. */
export interface RunDetails extends RunRecord {
  readonly operations: readonly OperationRecord[];
  /** With most of each id covered. */
  readonly samples: readonly RowRecord[];
}

/** Enough for ten million people; the rest is in the counts. */
export const OPERATIONS_MAX = 1_000;
export const SAMPLES_MAX = 10;

/** @throws MusterError RUN_UNKNOWN */
export async function readRunDetails(db: Db, id: number): Promise<RunDetails> {
  const run = await readRun(db, id);
  if (run === null) throw new MusterError('RUN_UNKNOWN', `${id}`);
  const operations = await operationsOfRun(db, id, OPERATIONS_MAX);
  const samples: RowRecord[] = [];
  for await (const page of rowsOfRun(db, id, { states: ['invalid'], pageRows: SAMPLES_MAX })) {
    samples.push(...page.map(covered));
    break;
  }
  return { ...run, operations, samples };
}

/** Enough of an id to find the person by, for whoever has the list. */
export function covered(row: RowRecord): RowRecord {
  const { externalId: id } = row;
  if (id === null) return row;
  const shown = id.length < 6 ? `${id.slice(0, 1)}…` : `${id.slice(0, 2)}…${id.slice(-2)}`;
  return { ...row, externalId: shown };
}
