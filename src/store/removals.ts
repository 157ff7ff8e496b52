import { fromBigints, toBigints } from './bigints.ts';
import { ruleParam } from './consent-rule.ts';
import { one, type Tx } from './db.ts';
import {
  mayBeThere,
  rowById,
  scopeParams,
  toldState,
  wantedHolders,
  wantedRow,
} from './difference.ts';
import { raiseNeighbours } from './neighbours.ts';
import { isSuppressed } from './suppressions.ts';
import {
  insertOperation,
  type NewOperation,
  nobody,
  type OperationRows,
  takeOver,
} from './operations.ts';

/**
 * Which rows a removal takes. `free`: those no longer wanted that hold a value which no wanted row
 * holds. `covered`: those that have no such value left; nothing is sent, and they are done with the
 * commit. `lane`: those that opted out or share a value with somebody who did, wanted or not.
 */
export type RemovalMode = 'free' | 'covered' | 'lane';

/**
 * TX-send of a removal: each row with the identifying values that no wanted row holds. Its neighbours
 * become unknown until it has settled (protocol.md §5).
 */
export async function beginRemoval(
  tx: Tx,
  operation: NewOperation,
  mode: RemovalMode,
): Promise<OperationRows> {
  const { scope } = operation;
  const id = await insertOperation(tx, operation, 'remove', mode === 'covered');
  await tx.query(
    `create temp table leaving on commit drop as
     select mr.id, mr.profile_id, mr.keys, mr.cells
     from unnest($2::bigint[]) x (id)
     cross join ${rowById}
     where $1::integer is not null
       ${mode === 'lane' ? '' : `and (${maySend(operation.again)})`}`,
    [scope.linkId, toBigints(operation.matchRowIds), scope.databaseId],
  );
  await tx.query('analyze leaving');
  await tx.query(
    `create temp table neighbour on commit drop as
     select l.id as leaving_id, mr.id, k.key,
       coalesce(${toldState('$1', 'mr.id')} in ('in', 'unknown'), false) as told
     from leaving l cross join unnest(l.keys) k (key)
     cross join lateral (select mr.id from ${wantedHolders('k.key', scope)}) mr
     where $1::integer is not null
     union all
     select l.id, mr.id, null, false
     from leaving l
     cross join lateral (select unnest(p.match_row_ids) as id from profile p
       where p.database_id = $3 and p.id = l.profile_id offset 0) x
     cross join ${rowById} where ${wantedRow(scope)}`,
    scopeParams(scope),
  );
  await tx.query('create index on neighbour (leaving_id)');
  await tx.query('analyze neighbour');
  const { takenIds, ...taken } = await takeLeaving(tx, operation, id, mode);
  const neighbours =
    mode === 'covered' || taken.ids.length === 0
      ? nobody
      : await raiseNeighbours(tx, scope, id, { carried: taken.ids, taken: takenIds });
  await tx.query('drop table leaving, neighbour');
  return { operationId: id, ...taken, suppressedKeys: null, neighbours };
}

/** Rows that Meta may have; `again`: also those that were removed before. */
const maySend = (again: boolean) =>
  `exists (select 1 from ledger_state s where s.link_id = $1 and s.match_row_id = mr.id
    and (${mayBeThere('s')} ${again ? `or s.state = 'out'` : ''}))`;

/** Wanted, so that a removal which carries a value of it leaves the row itself as it was. */
const isWanted = 'exists (select 1 from neighbour n where n.leaving_id = l.id and n.id = l.id)';

/**
 * A blank External ID spoils its row (protocol.md §1), so one request has rows with one or rows
 * without. Whether a row goes with its own is known here and not before: the first row decides, and
 * the others go next time.
 */
const sameShape = (may: string) => `cardinality(f.keys) > 0 and ${may.replaceAll('r.', 'f.')}
  and f.has_id = (select r.has_id from free r
    where cardinality(r.keys) > 0 and ${may} order by r.id limit 1)`;

const chosenBy: Readonly<Record<RemovalMode, string>> = {
  free: sameShape('r.takes'),
  lane: sameShape('true'),
  // Who takes a key over must have been told it: the removal that carries it is theirs then.
  covered: `cardinality(f.keys) = 0 and not exists (select 1 from unnest(f.all_keys) k (key)
    where not exists (select 1 from neighbour n
      where n.leaving_id = f.id and n.key = k.key and n.told))`,
};

/**
 * Whether the values in `k.keys` certainly take the row away from Meta. A suppressed one may not: the
 * row may have been told without it. Then whoever keeps the other values must have been told them.
 */
function takesRow({ suppressing }: { readonly suppressing: boolean }): string {
  if (!suppressing) return 'true';
  return `(exists (select 1 from unnest(k.keys) x (key) where not ${isSuppressed('x.key', '$3', '$4')})
    or cardinality(k.keys) = cardinality(k.all_keys)
    or not exists (select 1 from unnest(k.all_keys) x (key)
      where x.key <> all(k.keys) and not exists (select 1 from neighbour n
        where n.leaving_id = k.id and n.key = x.key and n.told)))`;
}

async function takeLeaving(
  tx: Tx,
  operation: NewOperation,
  id: number,
  mode: RemovalMode,
): Promise<
  Pick<OperationRows, 'ids' | 'cells' | 'freeKeys' | 'people' | 'evidencePeople' | 'leftIds'> & {
    takenIds: number[];
  }
> {
  const { scope } = operation;
  const taken = await one<{
    ids: string;
    taken: string;
    left: string;
    cells: Buffer | null;
    free: string[][] | null;
    people: number;
    evidencePeople: number;
  }>(
    tx,
    `with leaving_keys as materialized (
       select l.id, l.profile_id, l.cells, l.keys as all_keys, ${isWanted} as stays, array(
         select k.key from unnest(l.keys) with ordinality k (key, position)
         where not exists (select 1 from neighbour n where n.leaving_id = l.id and n.key = k.key)
         order by k.position) as keys
       from leaving l
       -- Wanted again since the plan was made: nothing to remove.
       ${mode === 'lane' ? '' : `where not ${isWanted}`}
     ), free as materialized (
       select k.*, ${takesRow(scope)} as takes, get_byte(k.cells, 0) & 1 = 1
         and k.keys[1] is not distinct from k.all_keys[1] as has_id from leaving_keys k
     ), chosen as (
       select f.*, not f.stays and f.takes and not exists (
           select 1 from neighbour n where n.leaving_id = f.id and n.key is null)
         and coalesce((select s.kind = 'add' from ledger_state s
           where s.link_id = $1 and s.match_row_id = f.id), false) as leaves
       from free f where ${chosenBy[mode]}
     ), taken as (
       insert into ledger (link_id, match_row_id, bucket, op_id, base)
       select $1, id, bucket_of(profile_id), $2, 0 from chosen where takes and not stays
       on conflict (link_id, match_row_id) do update set ${takeOver}
     )
     select coalesce(array_agg(c.id order by c.id), '{}')::text as ids,
       coalesce(array_agg(c.id) filter (where c.takes and not c.stays), '{}')::text as taken,
       (select coalesce(array_agg(f.id), '{}')::text from free f
        where cardinality(f.keys) > 0 and f.id not in (select id from chosen)) as left,
       string_agg(c.cells, ''::bytea order by c.id) as cells,
       json_agg((select coalesce(json_agg(k::text), '[]') from unnest(c.keys) k) order by c.id) as free,
       count(distinct c.profile_id) filter (where c.leaves) as people,
       count(distinct c.profile_id) filter (where c.leaves and not exists (
         select 1 from departure x join link k on k.id = $1 and x.audience_id = k.audience_id
         where x.profile_id = c.profile_id and x.cause = 'hand')) as "evidencePeople"
     from chosen c`,
    [
      scope.linkId,
      id,
      ...(scope.suppressing ? [scope.databaseId, ruleParam(scope.consentRule)] : []),
    ],
  );
  return {
    ids: fromBigints(taken.ids),
    takenIds: fromBigints(taken.taken),
    leftIds: fromBigints(taken.left),
    cells: taken.cells ?? Buffer.alloc(0),
    freeKeys: taken.free ?? [],
    people: taken.people,
    evidencePeople: taken.evidencePeople,
  };
}
