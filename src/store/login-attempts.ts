import { type Db, one } from './db.ts';

/** How often something was tried since its time began; the time ends after `windowMs`. */
export async function countAttempt(
  db: Db,
  bucket: string,
  windowMs: number,
): Promise<{ count: number; secondsLeft: number }> {
  return await one(
    db,
    `insert into login_attempt as a (bucket, count, ends_at)
     values ($1, 1, muster_now() + $2 * interval '1 millisecond')
     on conflict (bucket) do update set
       count = case when a.ends_at <= muster_now() then 1 else a.count + 1 end,
       ends_at = case when a.ends_at <= muster_now() then excluded.ends_at else a.ends_at end
     returning count, ceil(extract(epoch from ends_at - muster_now()))::integer as "secondsLeft"`,
    [bucket, windowMs],
  );
}

export async function forgetAttempts(db: Db, bucket: string): Promise<void> {
  await db.query('delete from login_attempt where bucket = $1', [bucket]);
}

/** What has ended on its own: attempts, steps of a sign-in, sessions, links. */
export async function dropEndedLogins(db: Db): Promise<void> {
  await db.query(
    `with attempts as (delete from login_attempt where ends_at < muster_now()),
       steps as (delete from login_verification where expires_at < now()),
       sessions as (delete from login_session where expires_at < now())
     delete from one_time_link where ends_at < muster_now() - interval '30 days'`,
  );
}
