import { MusterError } from '#domain/errors/muster-error.ts';
import { type Db, one, type Tx } from './db.ts';

export const computedFunctions = [
  ...['count', 'sum', 'average'],
  ...['first', 'last', 'most_frequent'],
] as const;
export type ComputedFunction = (typeof computedFunctions)[number];

/** A trait that is worked out from the events of a person. */
export interface ComputedTrait {
  readonly id: number;
  readonly databaseId: number;
  readonly database: string;
  readonly name: string;
  readonly event: string;
  readonly function: ComputedFunction;
  /** Of the event; null: the events themselves are counted. */
  readonly property: string | null;
  /** Only events of so many last days; null: all there are. */
  readonly days: number | null;
  /** The identifier that it feeds besides. */
  readonly field: string | null;
}

const traits = `select c.id, c.database_id as "databaseId", d.name as database, c.name, c.event,
    c.function, c.property, c.days, c.field
  from computed_trait c join database d on d.id = c.database_id`;

/** `databaseId` null: of all databases. */
export async function listComputedTraits(
  db: Db,
  databaseId: number | null,
): Promise<ComputedTrait[]> {
  return await db.query<ComputedTrait>(
    `${traits} where not c.ending and ($1::integer is null or c.database_id = $1) order by c.id`,
    [databaseId],
  );
}

/** @throws MusterError TRAIT_UNKNOWN */
export async function findComputedTrait(
  db: Db,
  databaseId: number,
  name: string,
): Promise<ComputedTrait> {
  const [found] = await db.query<ComputedTrait>(
    `${traits} where c.database_id = $1 and c.name = $2`,
    [databaseId, name],
  );
  if (found === undefined) throw new MusterError('TRAIT_UNKNOWN', `“${name}”`);
  return found;
}

/** @throws MusterError TRAIT_EXISTS when anything gives a trait of that name, or feeds that identifier */
export async function addComputedTrait(
  tx: Tx,
  wish: Omit<ComputedTrait, 'id' | 'database'>,
): Promise<ComputedTrait> {
  const made = await tx.query(
    `insert into computed_trait (database_id, name, event, function, property, days, field)
     select $1, $2, $3, $4, $5, $6, $7
     where not exists (select from trait t where t.database_id = $1 and t.name = $2)
     on conflict do nothing returning id`,
    [
      ...[wish.databaseId, wish.name, wish.event, wish.function],
      ...[wish.property, wish.days, wish.field],
    ],
  );
  if (made.length === 0) throw new MusterError('TRAIT_EXISTS', `“${wish.name}”`);
  return await findComputedTrait(tx, wish.databaseId, wish.name);
}

/** From now on nobody works it out. */
export async function beginEnd(db: Db, { id }: ComputedTrait): Promise<void> {
  await db.query('update computed_trait set ending = true where id = $1', [id]);
}

/** Its name is free again. */
export async function removeComputedTrait(
  tx: Tx,
  { id, databaseId, name }: ComputedTrait,
): Promise<void> {
  await tx.query('delete from computed_trait where id = $1', [id]);
  await tx.query('delete from trait where database_id = $1 and name = $2', [databaseId, name]);
}

/** Where a look for changes begins, and from where the next one goes on. */
export interface ComputedLook {
  /** Null: nobody has looked yet. */
  readonly since: string | null;
  readonly upTo: string;
}

export async function beginLook(db: Db, { id }: ComputedTrait): Promise<ComputedLook> {
  return await one<ComputedLook>(
    db,
    `select case when c.restore_epoch = n.restore_epoch then c.position::text end as since,
       pg_current_snapshot()::text as "upTo"
     from computed_trait c, installation n where c.id = $1`,
    [id],
  );
}

/** So many transactions behind, a position makes each look read more than it has to. */
const BEHIND_TRANSACTIONS = 1_000;

/** `found` nobody: the position stays, unless it is far behind. A write a second would be for nothing. */
export async function endLook(
  db: Db,
  { id }: ComputedTrait,
  look: ComputedLook,
  found: boolean,
): Promise<void> {
  await db.query(
    `update computed_trait c set position = $2::pg_snapshot, restore_epoch = n.restore_epoch
     from installation n where c.id = $1 and ($3 or $4::pg_snapshot is null
       or pg_snapshot_xmin($2::pg_snapshot)::text::bigint
         - pg_snapshot_xmin($4::pg_snapshot)::text::bigint > ${BEHIND_TRANSACTIONS})`,
    [id, look.upTo, found, look.since],
  );
}

const since = (xid: string): string => `(${xid} >= pg_snapshot_xmin($4::pg_snapshot)
  and not pg_visible_in_snapshot(${xid}, $4::pg_snapshot))`;

/**
 * People whose value may be another one than at the last look, in the order of their ids behind
 * `afterId`: they have new events, were made of several, or time alone has taken an event away.
 */
export async function whoMayDiffer(
  db: Db,
  trait: ComputedTrait,
  look: ComputedLook,
  { afterId, limit }: { readonly afterId: number; readonly limit: number },
): Promise<number[]> {
  const { id, databaseId, event, name } = trait;
  const rows =
    look.since === null
      ? await db.query<{ id: number }>(
          `select p.id from profile p where p.database_id = $1 and p.id > $2
             and (exists (select from event_summary s where s.database_id = $1
               and s.profile_id = p.id and s.name = $3) or p.traits ? $4)
           order by p.id limit $5`,
          [databaseId, afterId, event, name, limit],
        )
      : await db.query<{ id: number }>(
          `select id from (
             select e.profile_id as id from event e
               where e.database_id = $1 and e.name = $3 and ${since('e.changed_xid')}
             union select p.id from profile p
               where p.database_id = $1 and ${since('p.changed_xid')} and (p.traits ? $5
                 or exists (select from event_summary s where s.database_id = $1
                   and s.profile_id = p.id and s.name = $3))
             union select u.profile_id from computed_due u
               where u.computed_trait_id = $6 and u.at <= muster_now()
           ) x where id > $2 order by id limit $7`,
          [databaseId, afterId, event, look.since, name, id, limit],
        );
  return rows.map((row) => row.id);
}

/** The value as text, and when time alone changes it; null: there is none. */
export interface ComputedValue {
  readonly id: number;
  readonly value: string | null;
  readonly until: Date | null;
}

/** A plain number, as rules read one (audiences/nodes/cells.ts). */
const number = `case when octet_length(v) <= 100 and btrim(v) ~ '^-?(0|[1-9][0-9]*)([.][0-9]+)?$'
  then btrim(v)::numeric end`;

const values: Readonly<Record<ComputedFunction, string>> = {
  count: 'nullif(count(v), 0)::text',
  sum: `trim_scale(sum(${number}))::text`,
  average: `trim_scale(round(avg(${number}), 6))::text`,
  first: `(array_agg(v order by at, message_id) filter (where btrim(v) <> ''))[1]`,
  last: `(array_agg(v order by at desc, message_id desc) filter (where btrim(v) <> ''))[1]`,
  // Of values that came equally often the first in the order of the alphabet.
  most_frequent: `mode() within group (order by v) filter (where btrim(v) <> '')`,
};

/** Works the value of these people out from their events, as they are now. */
export async function computeValues(
  tx: Tx,
  trait: ComputedTrait,
  profileIds: readonly number[],
): Promise<ComputedValue[]> {
  const { databaseId, event, property, days } = trait;
  return await tx.query<ComputedValue>(
    `select p.id, c.value, c.until from unnest($2::bigint[]) p (id) cross join lateral (
       select ${values[trait.function]} as value,
         min(at) + make_interval(secs => $5::float8 * 86400) as until
       from (select e.at, e.message_id,
           case when $4::text is null then 'x' else e.properties ->> $4 end as v
         from event e where e.database_id = $1 and e.profile_id = p.id and e.name = $3
           and ($5::float8 is null
             or e.at > muster_now() - make_interval(secs => $5::float8 * 86400))) e
     ) c`,
    [databaseId, profileIds, event, property, days],
  );
}

/** When these people have to be looked at again though nothing happens. */
export async function noteDue(
  tx: Tx,
  { id }: ComputedTrait,
  computed: readonly ComputedValue[],
): Promise<void> {
  await tx.query(
    `with x as materialized (
       select * from unnest($2::bigint[], $3::timestamptz[]) x (profile_id, at)
     ), over as (
       delete from computed_due u using x
       where u.computed_trait_id = $1 and u.profile_id = x.profile_id and x.at is null
     )
     insert into computed_due (computed_trait_id, profile_id, at)
     select $1, profile_id, at from x where at is not null
     on conflict (computed_trait_id, profile_id) do update set at = excluded.at`,
    [id, computed.map((one) => one.id), computed.map(({ until }) => until)],
  );
}

/** How many people have it. */
export async function countWith(
  db: Db,
  { databaseId, name }: Pick<ComputedTrait, 'databaseId' | 'name'>,
): Promise<number> {
  const { count } = await one<{ count: number }>(
    db,
    'select count(*) as count from profile where database_id = $1 and traits ? $2',
    [databaseId, name],
  );
  return count;
}

/** People who have a trait, in the order of their ids. */
export async function whoHas(
  db: Db,
  { databaseId, name }: ComputedTrait,
  limit: number,
): Promise<number[]> {
  const rows = await db.query<{ id: number }>(
    'select id from profile where database_id = $1 and traits ? $2 order by id limit $3',
    [databaseId, name, limit],
  );
  return rows.map(({ id }) => id);
}
