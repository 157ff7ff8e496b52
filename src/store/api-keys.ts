import { MusterError } from '#domain/errors/muster-error.ts';
import { type Db, one } from './db.ts';
import { type Rights, rightsColumns, rightsParameters } from './login-users.ts';

/** A key for scripts and other programs. The key itself is not kept. */
export interface ApiKey extends Rights {
  readonly id: number;
  readonly name: string;
  /** Its last characters, by which people tell keys apart. */
  readonly hint: string;
  readonly madeBy: string;
  readonly createdAt: Date;
  /** Null: never. */
  readonly endsAt: Date | null;
  /** To the minute. */
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

const columns = `id, name, hint, ${rightsColumns}, made_by as "madeBy", created_at as "createdAt",
  ends_at as "endsAt", last_used_at as "lastUsedAt", revoked_at as "revokedAt"`;

export interface ApiKeyWish extends Rights {
  readonly name: string;
  readonly hash: Buffer;
  readonly hint: string;
  readonly madeBy: string;
  /** Of login_user; null: nobody who signs in. */
  readonly madeById: string | null;
  readonly lastsMs: number | null;
}

export async function createApiKey(db: Db, wish: ApiKeyWish): Promise<ApiKey> {
  return await one<ApiKey>(
    db,
    `insert into api_key (name, hash, hint, made_by, role, personal_data, credentials,
       database_ids, ends_at, made_by_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, muster_now() + $9 * interval '1 millisecond', $10)
     returning ${columns}`,
    [
      ...[wish.name, wish.hash, wish.hint, wish.madeBy],
      ...[...rightsParameters(wish), wish.lastsMs, wish.madeById],
    ],
  );
}

export async function listApiKeys(db: Db): Promise<ApiKey[]> {
  return await db.query<ApiKey>(`select ${columns} from api_key order by id`);
}

/** From now on it opens nothing. Revoking it again changes nothing. @throws MusterError KEY_UNKNOWN */
export async function revokeApiKey(db: Db, id: number): Promise<ApiKey> {
  const [revoked] = await db.query<ApiKey>(
    `update api_key set revoked_at = coalesce(revoked_at, muster_now()) where id = $1
     returning ${columns}`,
    [id],
  );
  if (revoked === undefined) throw new MusterError('KEY_UNKNOWN', String(id));
  return revoked;
}

/** The key of that hash, if it opens anything; notes that it was used, at most once a minute. */
export async function useApiKey(db: Db, hash: Buffer): Promise<ApiKey | null> {
  const [found] = await db.query<ApiKey>(
    `with used as (
       update api_key set last_used_at = muster_now()
       where hash = $1 and revoked_at is null
         and (last_used_at is null or last_used_at < muster_now() - interval '1 minute'))
     select ${columns} from api_key
     where hash = $1 and revoked_at is null and (ends_at is null or ends_at > muster_now())`,
    [hash],
  );
  return found ?? null;
}
