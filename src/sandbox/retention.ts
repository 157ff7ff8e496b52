import {
  type AudienceRecord,
  isCustomerList,
  listAudiences,
  saveRows,
} from './audience-records.ts';
import { recordOperation } from './operations.ts';
import type { Simulation } from './simulation.ts';

const dayMs = 86_400_000;

/**
 * Lets people fall out of audiences with `retention_days` that many days after they were sent last.
 * Looked after once a day of the sandbox's clock, whatever is asked first on it.
 */
export function createRetention(simulation: Simulation): () => void {
  let lookedOn = -1;
  return () => {
    const today = dayOf(simulation.clock());
    if (today === lookedOn) return;
    lookedOn = today;
    for (const audience of listAudiences(simulation.state, null)) {
      if (isRenewing(audience)) letGo(simulation, audience, today);
    }
  };
}

/** Whether sending somebody again makes them stay longer. */
export function isRenewing(audience: AudienceRecord): boolean {
  return isCustomerList(audience) && audience.details.retentionDays > 0;
}

/** Remembers up to which row an audience had come on a day. */
export function markDay(
  { state, clock }: Simulation,
  { number }: AudienceRecord,
  lastRow: number,
): void {
  const day = dayOf(clock());
  state.sql.run`insert or replace into row_mark (audience, day, last_row)
    values (${number}, ${day}, ${lastRow})`;
}

export function dayOf(now: number): number {
  return Math.floor(now / dayMs);
}

function letGo(simulation: Simulation, audience: AudienceRecord, today: number): void {
  const { state, rows } = simulation;
  const before = today - audience.details.retentionDays;
  const past = state.sql.get`
    select max(last_row) as row from row_mark
    where audience = ${audience.number} and day <= ${before}`?.['row'];
  if (past === null || past === undefined) return;
  state.transact(() => {
    const after = rows.expire(audience, Number(past), before);
    state.sql.run`delete from row_mark where audience = ${audience.number} and day <= ${before}`;
    const noUpload = { shape: null, columns: 0, rows: 0, invalidPercent: null, shownFrom: null };
    saveRows(simulation, audience, after, noUpload);
    recordOperation(simulation, {
      ...{ account: audience.account, audience: audience.id, kind: 'expire', sessionId: '' },
      ...{ schema: [], received: 0, invalid: 0 },
      rows: { before: audience.rowsHeld, after: after.rowsHeld },
      people: { before: audience.peopleMatched, after: after.peopleMatched },
    });
  });
}
