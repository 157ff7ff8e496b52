import { MusterError } from '#domain/errors/muster-error.ts';
import { type Db, one, type Tx } from './db.ts';

export const roles = ['viewer', 'editor', 'admin', 'owner'] as const;

/** What somebody, or a key, may do. */
export interface Rights {
  readonly role: (typeof roles)[number];
  readonly personalData: boolean;
  readonly credentials: boolean;
  /** Null: all, also those that are made later. */
  readonly databaseIds: readonly number[] | null;
}

/** Somebody who may sign in. */
export interface LoginUser extends Rights {
  readonly id: string;
  readonly name: string;
  /** In lower case. */
  readonly email: string;
  readonly twoFactor: boolean;
  readonly createdAt: Date;
  readonly lastSeenAt: Date | null;
  readonly disabledAt: Date | null;
  /** Counts every change of the rights. */
  readonly version: string;
}

export const rightsColumns = `role, personal_data as "personalData", credentials,
  database_ids as "databaseIds"`;

const columns = `id, name, email, two_factor_enabled as "twoFactor", ${rightsColumns},
  created_at as "createdAt", last_seen_at as "lastSeenAt", disabled_at as "disabledAt",
  floor(extract(epoch from updated_at) * 1000000)::bigint::text as version`;

/** Who the demo signs in: not a person, and in the way of nobody's first start. */
export const demoEmail = 'demo@muster.localhost';

/** How many people may sign in. */
export async function countLoginUsers(db: Db): Promise<number> {
  const { count } = await one<{ count: number }>(
    db,
    'select count(*)::integer as count from login_user where email <> $1',
    [demoEmail],
  );
  return count;
}

export async function listLoginUsers(db: Db): Promise<LoginUser[]> {
  return await db.query<LoginUser>(`select ${columns} from login_user order by email`);
}

/** @throws MusterError USER_UNKNOWN */
export async function readLoginUser(db: Db, id: string): Promise<LoginUser> {
  const [found] = await db.query<LoginUser>(`select ${columns} from login_user where id = $1`, [
    id,
  ]);
  if (found === undefined) throw new MusterError('USER_UNKNOWN');
  return found;
}

/** By e-mail address. @throws MusterError USER_UNKNOWN */
export async function findLoginUser(db: Db, email: string): Promise<LoginUser> {
  const [found] = await db.query<LoginUser>(
    `select ${columns} from login_user where email = lower($1)`,
    [email],
  );
  if (found === undefined) throw new MusterError('USER_UNKNOWN');
  return found;
}

/** Whether somebody of that address may sign in. */
export async function isLoginEmail(db: Db, email: string): Promise<boolean> {
  const found = await db.query('select id from login_user where email = lower($1)', [email]);
  return found.length > 0;
}

/** @throws MusterError USER_EXISTS */
export async function createLoginUser(
  tx: Tx,
  wish: Rights & {
    readonly name: string;
    readonly email: string;
    readonly passwordHash: string | null;
  },
): Promise<LoginUser> {
  const [made] = await tx.query<LoginUser>(
    `insert into login_user (name, email, role, personal_data, credentials, database_ids)
     values ($1, lower($2), $3, $4, $5, $6) on conflict (email) do nothing returning ${columns}`,
    [wish.name, wish.email, ...rightsParameters(wish)],
  );
  if (made === undefined) throw new MusterError('USER_EXISTS');
  if (wish.passwordHash !== null) await setPassword(tx, made.id, wish.passwordHash);
  return made;
}

/** Puts a password in place of the one there was, and ends every session. */
export async function setPassword(tx: Tx, userId: string, passwordHash: string): Promise<void> {
  await tx.query(
    `insert into login_credential (account_id, provider_id, user_id, password)
     values ($1, 'credential', $1, $2)
     on conflict (provider_id, account_id)
     do update set password = excluded.password, updated_at = muster_now()`,
    [userId, passwordHash],
  );
  await endSessions(tx, userId);
}

/**
 * Somebody as they are, and as they stay until the commit.
 * @throws MusterError USER_UNKNOWN
 */
export async function lockLoginUser(tx: Tx, id: string): Promise<LoginUser> {
  await lockOwners(tx);
  await tx.query('select from login_user where id = $1 for update', [id]);
  return await readLoginUser(tx, id);
}

/** One after the other: two owners must not take each other's role at the same moment. */
async function lockOwners(tx: Tx): Promise<void> {
  await tx.query(`select from login_user where role = 'owner' order by id for update`);
}

/**
 * Changes what somebody may do, or whether they may sign in at all.
 * @throws MusterError USER_UNKNOWN; USER_LAST_OWNER when nobody would be left who may do everything.
 */
export async function changeLoginUser(
  tx: Tx,
  id: string,
  change: Rights & { readonly disabled: boolean },
): Promise<LoginUser> {
  await lockOwners(tx);
  const [changed] = await tx.query<LoginUser>(
    `update login_user set role = $2, personal_data = $3, credentials = $4, database_ids = $5,
       disabled_at = case when $6 then coalesce(disabled_at, muster_now()) end,
       updated_at = greatest(muster_now(), updated_at + interval '1 microsecond')
     where id = $1 returning ${columns}`,
    [id, ...rightsParameters(change), change.disabled],
  );
  if (changed === undefined) throw new MusterError('USER_UNKNOWN');
  const { owners } = await one<{ owners: number }>(
    tx,
    `select count(*)::integer as owners from login_user
     where role = 'owner' and database_ids is null and disabled_at is null`,
  );
  if (owners === 0) throw new MusterError('USER_LAST_OWNER');
  if (change.disabled) await endSessions(tx, id);
  return changed;
}

/** Takes the second factor away, for somebody who lost it. */
export async function removeSecondFactor(tx: Tx, userId: string): Promise<void> {
  await tx.query('delete from login_two_factor where user_id = $1', [userId]);
  await tx.query('update login_user set two_factor_enabled = false where id = $1', [userId]);
}

async function endSessions(db: Db, userId: string): Promise<void> {
  await db.query('delete from login_session where user_id = $1', [userId]);
}

/** In the order of the columns role, personal_data, credentials, database_ids. */
export function rightsParameters(rights: Rights): unknown[] {
  return [rights.role, rights.personalData, rights.credentials, rights.databaseIds];
}
