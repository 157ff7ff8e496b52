import type { AudienceRows } from './held-rows.ts';
import type { Simulation } from './simulation.ts';
import type { State } from './state.ts';
import { wireKeys } from './wire-keys.ts';

/** One Custom Audience as it is kept. Times in milliseconds. */
export interface AudienceRecord extends AudienceRows {
  readonly id: string;
  /** 'act_…' */
  readonly account: string;
  readonly createdAt: number;
  readonly details: AudienceDetails;
  /** What kind of list the first upload made it: mixing kinds is refused. */
  readonly shape: string | null;
  /** The keys it was ever sent, a bit each by their place in `wireKeys`. */
  readonly columns: number;
  /** When its rows changed last. */
  readonly changedAt: number | null;
  /** The people that were visible before that change; -1 where none was ever processed. */
  readonly peopleShown: number;
}

/** What its owner says about it, and when that was. */
export interface AudienceDetails {
  readonly name: string;
  readonly description: string;
  readonly customerFileSource: string;
  readonly retentionDays: number;
  readonly optOutLink: string;
  readonly isValueBased: boolean;
  readonly updatedAt: number;
}

export function findAudience({ sql }: State, id: string): AudienceRecord | null {
  const row = sql.get`select * from audience where id = ${id} and deleted_at is null`;
  return row === undefined ? null : readRecord(row);
}

/** The newest first, as Meta lists them. Of one account, or of all where that is null. */
export function listAudiences({ sql }: State, account: string | null): AudienceRecord[] {
  return sql.all`
    select * from audience
    where deleted_at is null and (${account} is null or account = ${account})
    order by number desc`.map(readRecord);
}

/** Meta's ids are numbers beyond 2^53; ours are drawn, so that no two sandboxes share one. */
export function createAudience(
  { state, clock, random }: Simulation,
  account: string,
  details: Omit<AudienceDetails, 'updatedAt'>,
): string {
  const id = `2384${Array.from({ length: 13 }, () => Math.floor(random() * 10)).join('')}`;
  const now = clock();
  const text = JSON.stringify({ ...details, updatedAt: now });
  state.sql.run`
    insert into audience (id, account, created_at, details)
    values (${id}, ${account}, ${now}, ${text})`;
  return id;
}

export function changeAudienceDetails({ sql }: State, id: string, details: AudienceDetails): void {
  sql.run`update audience set details = ${JSON.stringify(details)} where id = ${id}`;
}

/** The rows are let go by the next start, so that deleting a large audience takes no longer. */
export function markAudienceDeleted({ sql }: State, id: string, now: number): void {
  sql.run`update audience set deleted_at = ${now} where id = ${id}`;
}

export function clearDeletedAudiences({ state, rows }: Simulation): void {
  const deleted = state.sql.all`
    select number from audience where deleted_at is not null and rows_held > 0`;
  for (const { number } of deleted) {
    state.transact(() => {
      rows.clear(Number(number));
      state.sql.run`update audience set rows_held = 0 where number = ${Number(number)}`;
    });
  }
}

/** Keeps what an upload has done to the rows of an audience. */
export function saveRows(
  { state, clock, settings }: Simulation,
  before: AudienceRecord,
  after: AudienceRows,
  upload: { shape: string | null; columns: number },
): void {
  const now = clock();
  const shown = shownPeople(before, now, settings().processingMs);
  state.sql.run`
    update audience set
      last_row = ${after.lastRow}, rows_held = ${after.rowsHeld},
      people_matched = ${after.peopleMatched}, changed_at = ${now}, people_shown = ${shown},
      shape = coalesce(shape, ${upload.shape}), columns = ${before.columns | upload.columns}
    where number = ${before.number}`;
}

/** The people that Meta would know of by now; -1 as long as nothing was processed. */
export function shownPeople(audience: AudienceRecord, now: number, processingMs: number): number {
  if (audience.changedAt === null) return -1;
  return now >= audience.changedAt + processingMs ? audience.peopleMatched : audience.peopleShown;
}

export function columnNames(audience: AudienceRecord): string[] {
  return wireKeys.filter((_, place) => (audience.columns & (1 << place)) !== 0);
}

function readRecord(row: Record<string, unknown>): AudienceRecord {
  return {
    number: Number(row['number']),
    id: String(row['id']),
    account: String(row['account']),
    createdAt: Number(row['created_at']),
    details: JSON.parse(String(row['details'])) as AudienceDetails,
    shape: typeof row['shape'] === 'string' ? row['shape'] : null,
    columns: Number(row['columns']),
    lastRow: Number(row['last_row']),
    rowsHeld: Number(row['rows_held']),
    peopleMatched: Number(row['people_matched']),
    changedAt: row['changed_at'] === null ? null : Number(row['changed_at']),
    peopleShown: Number(row['people_shown']),
  };
}
