import { type Db, one } from './db.ts';

/** What Meta said of an audience at one moment: its own numbers and words, untouched. */
export interface MetaReading {
  readonly linkId: number;
  readonly audience: string;
  /** People who counted as being at Meta when everybody was compared last; null: not yet. */
  readonly toldPeople: number | null;
  readonly readAt: Date;
  /** False: Meta no longer knows the audience. */
  readonly found: boolean;
  readonly name: string | null;
  /** Rounded by Meta; -1 is "not available", null is "not said". */
  readonly sizeLowest: number | null;
  readonly sizeHighest: number | null;
  readonly deliveryCode: number | null;
  readonly deliveryText: string | null;
  readonly operationCode: number | null;
  readonly operationText: string | null;
  readonly deletesAt: Date | null;
  readonly flaggedFields: readonly string[];
}

interface Said {
  readonly name: string | null;
  readonly sizeLowest: number | null;
  readonly sizeHighest: number | null;
  readonly deliveryStatus: { readonly code: number; readonly description?: string } | null;
  readonly operationStatus: { readonly code: number; readonly description?: string } | null;
  readonly deletesAt: Date | null;
  readonly flaggedFields: readonly string[];
  readonly retentionDays: number | null;
}

const columns = `r.link_id as "linkId", a.name as audience, l.told_people as "toldPeople", r.read_at as "readAt", r.found, r.name,
  r.size_lowest as "sizeLowest", r.size_highest as "sizeHighest",
  r.delivery_code as "deliveryCode", r.delivery_text as "deliveryText",
  r.operation_code as "operationCode", r.operation_text as "operationText",
  r.deletes_at as "deletesAt", r.flagged_fields as "flaggedFields"`;

export async function hasReading(db: Db, linkId: number): Promise<boolean> {
  const { exists } = await one<{ exists: boolean }>(
    db,
    'select exists (select 1 from meta_reading where link_id = $1)',
    [linkId],
  );
  return exists;
}

/** Null: Meta no longer knows the audience. */
export async function storeReading(
  db: Db,
  { linkId, runId, audience }: { linkId: number; runId: number | null; audience: Said | null },
): Promise<void> {
  await db.query(
    `insert into meta_reading (link_id, run_id, read_at, found, name, size_lowest, size_highest,
       delivery_code, delivery_text, operation_code, operation_text, deletes_at, flagged_fields)
     values ($1, $2, muster_now(), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      linkId,
      runId,
      audience !== null,
      audience?.name ?? null,
      audience?.sizeLowest ?? null,
      audience?.sizeHighest ?? null,
      audience?.deliveryStatus?.code ?? null,
      audience?.deliveryStatus?.description ?? null,
      audience?.operationStatus?.code ?? null,
      audience?.operationStatus?.description ?? null,
      audience?.deletesAt ?? null,
      audience?.flaggedFields ?? [],
    ],
  );
  if (audience === null) return;
  await db.query(
    'update link set retention_days = $2 where id = $1 and retention_days is distinct from $2',
    [linkId, audience.retentionDays],
  );
}

/** The newest reading of each active link, or of those of some audiences, and of each the first, from before anything was sent. */
export async function latestReadings(
  db: Db,
  audienceIds: readonly number[] | null,
): Promise<{ latest: MetaReading[]; first: MetaReading[] }> {
  const read = (order: 'asc' | 'desc') =>
    db.query<MetaReading>(
      `select r.* from link l join audience a on a.id = l.audience_id
       cross join lateral (select ${columns} from meta_reading r where r.link_id = l.id
         order by r.id ${order} limit 1) r
       where l.ended_at is null and ($1::integer[] is null or a.id = any($1))`,
      [audienceIds],
    );
  return { latest: await read('desc'), first: await read('asc') };
}

/**
 * Active links to read again: not read for so long, or not since what was sent last could be counted.
 */
export async function linksToRead(
  db: Db,
  { olderThanMs, countedAfterMs }: { olderThanMs: number; countedAfterMs: number },
): Promise<{ audienceId: number; integrationId: number }[]> {
  return await db.query(
    `select a.id as "audienceId", a.integration_id as "integrationId"
     from link l join audience a on a.id = l.audience_id
     join integration i on i.id = a.integration_id and i.enabled
     cross join lateral (select r.read_at from meta_reading r where r.link_id = l.id
       order by r.id desc limit 1) r
     left join lateral (select o.finished_at + make_interval(secs => $2) as counted_at from operation o
       where o.link_id = l.id order by o.id desc limit 1) o on true
     where l.ended_at is null and a.state <> 'deactivated'
       and (r.read_at < muster_now() - make_interval(secs => $1)
         or (r.read_at < o.counted_at and o.counted_at < muster_now()))
     order by r.read_at limit 100`,
    [olderThanMs / 1000, countedAfterMs / 1000],
  );
}
