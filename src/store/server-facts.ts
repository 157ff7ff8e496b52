import { type Db, one } from './db.ts';

/** What the database server says of itself. */
export interface ServerFacts {
  /** Such as 18.4. */
  readonly version: string;
  readonly major: number;
  /** Settings without which a power cut loses what was acknowledged; those that are off. */
  readonly unsafe: readonly string[];
  /** Its clock, not the one that tests may set. */
  readonly nowMs: number;
}

export async function readServerFacts(db: Db): Promise<ServerFacts> {
  const { version, number, unsafe, nowMs } = await one<{
    version: string;
    number: number;
    unsafe: string[];
    nowMs: number;
  }>(
    db,
    `select current_setting('server_version') as version,
       current_setting('server_version_num')::integer as number,
       array(select name from pg_settings where setting = 'off'
         and name in ('fsync', 'full_page_writes', 'synchronous_commit') order by name) as unsafe,
       (extract(epoch from clock_timestamp()) * 1000)::float8 as "nowMs"`,
  );
  return { version, major: Math.floor(number / 10_000), unsafe, nowMs };
}
