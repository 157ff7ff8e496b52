import { MusterError } from '#domain/errors/muster-error.ts';
import { type Db, one } from './db.ts';

/** A key that may write into one database, and nothing else. The key itself is not kept. */
export interface WriteKey {
  readonly id: number;
  readonly name: string;
  readonly database: string;
  readonly hint: string;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

const columns = `k.id, k.name, d.name as database, k.hint, k.created_at as "createdAt",
  k.revoked_at as "revokedAt"`;

export async function createWriteKey(
  db: Db,
  key: { databaseId: number; name: string; hash: Buffer; hint: string },
): Promise<WriteKey> {
  return await one<WriteKey>(
    db,
    `with k as (
       insert into write_key (database_id, name, hash, hint) values ($1, $2, $3, $4) returning *)
     select ${columns} from k join database d on d.id = k.database_id`,
    [key.databaseId, key.name, key.hash, key.hint],
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

/** The database that a key may write into; null: unknown or revoked. */
export async function databaseOfWriteKey(db: Db, hash: Buffer): Promise<number | null> {
  const [found] = await db.query<{ databaseId: number }>(
    `select database_id as "databaseId" from write_key where hash = $1 and revoked_at is null`,
    [hash],
  );
  return found?.databaseId ?? null;
}
