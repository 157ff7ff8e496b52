import type { Db } from './db.ts';

/** What a request with a key is known by: who asked, and what. */
export interface KeyedRequest {
  readonly principal: string;
  readonly key: string;
  /** Of method, address and body. */
  readonly digest: string;
}

export interface StoredAnswer {
  readonly digest: string;
  /** Null: under way. */
  readonly status: number | null;
  readonly answer: string | null;
  readonly headers: Readonly<Record<string, string>> | null;
}

/**
 * Notes that a request is under way. Null: it is ours to answer; otherwise what is known of the one that
 * came before with the same key. One that a process died over is ours after a minute; a day later a key
 * is as good as new.
 */
export async function beginAnswer(db: Db, asked: KeyedRequest): Promise<StoredAnswer | null> {
  const begun = await db.query(
    `insert into answered_request as r (principal, key, digest) values ($1, $2, $3)
     on conflict (principal, key) do update
       set at = muster_now(), digest = excluded.digest, status = null, answer = null, headers = null
       where r.at < muster_now() - interval '1 day' or (r.status is null
         and r.digest = excluded.digest and r.at < muster_now() - interval '1 minute')
     returning 1`,
    [asked.principal, asked.key, asked.digest],
  );
  if (begun.length > 0) return null;
  const [known] = await db.query<StoredAnswer>(
    'select digest, status, answer, headers from answered_request where principal = $1 and key = $2',
    [asked.principal, asked.key],
  );
  // It was taken back in between: whoever sends it again is answered.
  return known ?? { digest: asked.digest, status: null, answer: null, headers: null };
}

export async function keepAnswer(
  db: Db,
  asked: KeyedRequest,
  given: { status: number; answer: string; headers: Readonly<Record<string, string>> },
): Promise<void> {
  await db.query(
    `update answered_request set status = $3, answer = $4, headers = $5
     where principal = $1 and key = $2`,
    [asked.principal, asked.key, given.status, given.answer, JSON.stringify(given.headers)],
  );
}

/** A request that came to nothing may be sent again under its key. */
export async function dropAnswer(db: Db, { principal, key }: KeyedRequest): Promise<void> {
  await db.query('delete from answered_request where principal = $1 and key = $2', [
    principal,
    key,
  ]);
}

/** Answers that no key gets any more go; gives how many. */
export async function dropOldAnswers(db: Db): Promise<number> {
  const gone = await db.query(
    `delete from answered_request where at < muster_now() - interval '1 day' returning 1 as one`,
  );
  return gone.length;
}
