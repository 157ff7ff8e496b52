import type { Db } from './db.ts';

const NAMES_MAX = 500;

/** Names of the events that somebody has done, in order: a look-up in the index for each name, however many events. */
export async function listEventNames(db: Db, databaseId: number): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    `with recursive named as (
       (select name, 1 as place from event where database_id = $1 order by name limit 1)
       union all
       select (select e.name from event e where e.database_id = $1 and e.name > n.name
         order by e.name limit 1), n.place + 1
       from named n where n.name is not null and n.place <= $2
     )
     select name from named where name is not null`,
    [databaseId, NAMES_MAX],
  );
  return rows.map(({ name }) => name);
}

/** Names of the properties that the latest of those events carried, in order. */
export async function listEventProperties(
  db: Db,
  databaseId: number,
  name: string,
): Promise<string[]> {
  const rows = await db.query<{ key: string }>(
    `select distinct key from (
       select properties from event where database_id = $1 and name = $2 order by at desc limit 200
     ) e cross join lateral jsonb_object_keys(
       case when jsonb_typeof(e.properties) = 'object' then e.properties else '{}' end) key
     order by key limit 200`,
    [databaseId, name],
  );
  return rows.map(({ key }) => key);
}
