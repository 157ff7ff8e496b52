import { MusterError } from '#domain/errors/muster-error.ts';
import { type Db, one } from './db.ts';

/** A key that may write into one database, and nothing else. The key itself is not kept. */
export interface WriteKey {
  readonly id: number;
  readonly name: string;
  readonly database: string;
  readonly hint: string;
  readonly createdAt: Date;
  /** Null: never. */
  readonly endsAt: Date | null;
  /** To the minute. */
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

const columns = `k.id, k.name, d.name as database, k.hint, k.created_at as "createdAt",
  k.ends_at as "endsAt", k.last_used_at as "lastUsedAt", k.revoked_at as "revokedAt"`;

export async function createWriteKey(
  db: Db,
  key: { databaseId: number; name: string; hash: Buffer; hint: string; lastsMs: number | null },
): Promise<WriteKey> {
  return await one<WriteKey>(
    db,
    `with k as (
       insert into write_key (database_id, name, hash, hint, ends_at)
       values ($1, $2, $3, $4, muster_now() + $5 * interval '1 millisecond') returning *)
     select ${columns} from k join database d on d.id = k.database_id`,
    [key.databaseId, key.name, key.hash, key.hint, key.lastsMs],
  );
}

export async function listWriteKeys(db: Db): Promise<WriteKey[]> {
  return await db.query<WriteKey>(
    `select ${columns} from write_key k join database d on d.id = k.database_id order by k.id`,
  );
}

/**
 * From now on nothing is taken by this key. Revoking it again changes nothing.
 * @throws MusterError KEY_UNKNOWN
 */
export async function revokeWriteKey(db: Db, id: number): Promise<WriteKey> {
  const [revoked] = await db.query<WriteKey>(
    `with k as (
       update write_key set revoked_at = coalesce(revoked_at, muster_now()) where id = $1 returning *)
     select ${columns} from k join database d on d.id = k.database_id`,
    [id],
  );
  if (revoked === undefined) throw new MusterError('KEY_UNKNOWN', String(id));
  return revoked;
}

/** The database that a key may write into, noting its use once a minute; null: unknown, revoked or too old. */
export async function databaseOfWriteKey(db: Db, hash: Buffer): Promise<number | null> {
  const [found] = await db.query<{ databaseId: number }>(
    `with used as (
       update write_key set last_used_at = muster_now()
       where hash = $1 and (last_used_at is null or last_used_at < muster_now() - interval '1 minute'))
     select database_id as "databaseId" from write_key
     where hash = $1 and revoked_at is null and (ends_at is null or ends_at > muster_now())`,
    [hash],
  );
  return found?.databaseId ?? null;
}
