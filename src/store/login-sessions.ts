import type { Db } from './db.ts';
import { type LoginUser, rightsColumns } from './login-users.ts';

/** One sign-in of somebody. Its times are the machine's own: better-auth writes them. */
export interface LoginSession {
  readonly id: string;
  readonly address: string | null;
  readonly browser: string | null;
  readonly createdAt: Date;
  readonly endsAt: Date;
}

interface SessionHolder
  extends Pick<LoginUser, 'id' | 'name' | 'role' | 'personalData' | 'credentials' | 'databaseIds'> {
  readonly isHalfway: boolean;
}

export async function listSessions(db: Db, userId: string): Promise<LoginSession[]> {
  return await db.query<LoginSession>(
    `select id, ip_address as address, user_agent as browser, created_at as "createdAt",
       expires_at as "endsAt"
     from login_session where user_id = $1 and expires_at > now() order by created_at desc`,
    [userId],
  );
}

/** Whether there was one. */
export async function endSession(db: Db, userId: string, sessionId: string): Promise<boolean> {
  const gone = await db.query(
    'delete from login_session where user_id = $1 and id = $2 returning id',
    [userId, sessionId],
  );
  return gone.length > 0;
}

/** Ends all of somebody's sessions but one. */
export async function endOtherSessions(db: Db, userId: string, keptId: string): Promise<void> {
  await db.query('delete from login_session where user_id = $1 and id <> $2', [userId, keptId]);
}

/** Writes down how somebody came in, or what they have shown since. */
export async function noteSession(
  db: Db,
  sessionId: string,
  how: 'second_factor' | 'single_sign_on',
): Promise<void> {
  await db.query(`update login_session set ${how} = true where id = $1`, [sessionId]);
}

/**
 * What the holder of a session may do now; null: nobody may by it any more. `isHalfway`: everybody needs a
 * second factor, and none was shown in it.
 */
export async function userOfSession(
  db: Db,
  sessionId: string,
  sessionMsMax: number,
): Promise<SessionHolder | null> {
  const [found] = await db.query<SessionHolder>(
    `with seen as (
       update login_user u set last_seen_at = now()
       from login_session s
       where s.id = $1 and u.id = s.user_id
         and (u.last_seen_at is null or u.last_seen_at < now() - interval '1 minute'))
     select id, name, ${rightsColumns},
       (select i.second_factor_needed and not (two_factor_enabled and s.second_factor)
          and not (s.single_sign_on and i.single_sign_on_suffices)
        from login_session s, installation i where s.id = $1) as "isHalfway"
     from login_user
     where disabled_at is null and id = (
       select user_id from login_session
       where id = $1 and created_at > now() - $2 * interval '1 millisecond')`,
    [sessionId, sessionMsMax],
  );
  return found ?? null;
}
