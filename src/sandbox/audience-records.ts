import type { AudienceRows } from './held-rows.ts';
import type { LookalikeSpec } from './lookalike-spec.ts';
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
  /** When its rows changed last, and when that has been worked in. */
  readonly changedAt: number | null;
  readonly readyAt: number | null;
  /** From then on the people it has now are shown; until then `peopleShown`, -1 = none yet. */
  readonly dueAt: number | null;
  readonly peopleShown: number;
  /** The change that `peopleShown` knows of. */
  readonly contentShownAt: number | null;
  /** Of the last session's rows, how many in a hundred were invalid. */
  readonly invalidPercent: number;
}

/** What is said about it, by its owner and by Meta. */
export interface AudienceDetails {
  readonly name: string;
  readonly description: string;
  readonly subtype: string;
  /** '' for audiences that are no customer lists. */
  readonly customerFileSource: string;
  readonly retentionDays: number;
  readonly optOutLink: string;
  readonly isValueBased: boolean;
  readonly labels: readonly string[];
  readonly allowedDomains: readonly string[];
  readonly isUsedInCampaigns: boolean;
  /** JSON, of audiences that events fill. */
  readonly rule: string | null;
  readonly pixelId: string | null;
  readonly lookalike: LookalikeSpec | null;
  /** The fields for which it is flagged (471): name, description, rule. */
  readonly flaggedFields: readonly string[];
  /** An operation status that was set by hand. */
  readonly statusCode: number | null;
  /** Null for an audience of the account's own. */
  readonly sharing: { readonly id: string; readonly isEnabled: boolean } | null;
  /** When an active ad set used it last. */
  readonly lastUsedAt: number | null;
  /** Its people, where they are not made of rows that were sent. */
  readonly people: number | null;
  readonly replace: Replace | null;
  readonly updatedAt: number;
}

/** The exchange of all its members that runs, or ran last. */
export interface Replace {
  readonly sessionId: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
}

const detailsDefault: Omit<AudienceDetails, 'name' | 'updatedAt'> = {
  description: '',
  subtype: 'CUSTOM',
  customerFileSource: '',
  retentionDays: 0,
  optOutLink: '',
  isValueBased: false,
  labels: [],
  allowedDomains: [],
  isUsedInCampaigns: true,
  rule: null,
  pixelId: null,
  lookalike: null,
  flaggedFields: [],
  statusCode: null,
  sharing: null,
  lastUsedAt: null,
  people: null,
  replace: null,
};

/** The subtypes that people are sent to. */
export function isCustomerList({ details }: AudienceRecord): boolean {
  return details.subtype === 'CUSTOM';
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

/** How many of one subtype an account has made. */
export function countAudiences({ sql }: State, account: string, subtype: string): number {
  const counted = sql.get`
    select count(*) as n from audience
    where account = ${account} and deleted_at is null
      and coalesce(details ->> '$.subtype', ${detailsDefault.subtype}) = ${subtype}`;
  return Number(counted?.['n']);
}

/** Meta's ids are numbers beyond 2^53; ours are drawn, so that no two sandboxes share one. */
export function createAudience(
  { state, clock, random }: Pick<Simulation, 'state' | 'clock' | 'random'>,
  account: string,
  details: Pick<AudienceDetails, 'name'> & Partial<AudienceDetails>,
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

/** What an upload was, as far as its audience remembers it. */
export interface UploadMark {
  /** Null where it is not for it to say: removals. */
  readonly shape: string | null;
  readonly columns: number;
  readonly rows: number;
  /** Null leaves it as it was. */
  readonly invalidPercent: number | null;
  /** Until then the old size is shown, whatever else; null = until it is worked in. */
  readonly shownFrom: number | null;
}

/** Keeps what an upload has done to the rows of an audience. */
export function saveRows(
  { state, clock, settings }: Simulation,
  before: AudienceRecord,
  after: AudienceRows,
  upload: UploadMark,
): void {
  const now = clock();
  const { processingMs, processingMsPerThousandRows } = settings();
  const doneAt = now + processingMs + Math.ceil(upload.rows * processingMsPerThousandRows) / 1000;
  const readyAt = Math.max(before.readyAt ?? 0, Math.ceil(doneAt));
  const isPending = before.dueAt !== null && now < before.dueAt;
  const dueAt = upload.shownFrom ?? (isPending ? before.dueAt : Math.ceil(doneAt));
  const contentShownAt = isPending ? before.contentShownAt : before.changedAt;
  state.sql.run`
    update audience set
      last_row = ${after.lastRow}, rows_held = ${after.rowsHeld},
      people_matched = ${after.peopleMatched}, changed_at = ${now}, ready_at = ${readyAt},
      due_at = ${dueAt}, people_shown = ${shownPeople(before, now)},
      content_shown_at = ${contentShownAt},
      invalid_percent = ${upload.invalidPercent ?? before.invalidPercent},
      shape = coalesce(shape, ${upload.shape}), columns = ${before.columns | upload.columns}
    where number = ${before.number}`;
}

/** The people that Meta would know of by now; -1 as long as nothing was processed. */
export function shownPeople(audience: AudienceRecord, now: number): number {
  const isDue = audience.dueAt !== null && now >= audience.dueAt;
  return isDue ? audience.peopleMatched : audience.peopleShown;
}

export function columnNames(audience: AudienceRecord): string[] {
  return wireKeys.filter((_, place) => (audience.columns & (1 << place)) !== 0);
}

function readRecord(row: Record<string, unknown>): AudienceRecord {
  const details = JSON.parse(String(row['details'])) as AudienceDetails;
  return {
    number: Number(row['number']),
    id: String(row['id']),
    account: String(row['account']),
    createdAt: Number(row['created_at']),
    details: { ...detailsDefault, ...details },
    shape: typeof row['shape'] === 'string' ? row['shape'] : null,
    columns: Number(row['columns']),
    lastRow: Number(row['last_row']),
    rowsHeld: Number(row['rows_held']),
    peopleMatched: Number(row['people_matched']),
    changedAt: timeOf(row['changed_at']),
    readyAt: timeOf(row['ready_at']),
    dueAt: timeOf(row['due_at']),
    peopleShown: Number(row['people_shown']),
    contentShownAt: timeOf(row['content_shown_at']),
    invalidPercent: Number(row['invalid_percent']),
  };
}

function timeOf(value: unknown): number | null {
  return value === null ? null : Number(value);
}
