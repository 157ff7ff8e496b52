import { type Db, one, type Store, type Tx } from './db.ts';

type UploadState = 'queued' | 'running' | 'succeeded' | 'partial' | 'failed';

/** How the file is to be taken. */
export interface UploadWish {
  readonly id?: string | undefined;
  readonly map?: string | undefined;
  readonly country?: string | undefined;
  readonly mirror: boolean;
  readonly rows?: number | undefined;
  readonly dryRun: boolean;
}

/** A file that was sent over the API and is imported by a worker. */
export interface Upload {
  readonly id: number;
  readonly databaseId: number;
  readonly database: string;
  readonly file: string;
  readonly wish: UploadWish;
  readonly state: UploadState;
  readonly attempts: number;
  readonly queuedAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly progress: object | null;
  /** What came of it; null for whatever did not come to its end. */
  readonly report: object | null;
  readonly errorCode: string | null;
  readonly errorMeasured: string | null;
}

const columns = `u.id, u.database_id as "databaseId", d.name as database, u.file, u.wish,
  u.state, u.attempts, u.queued_at as "queuedAt", u.started_at as "startedAt",
  u.finished_at as "finishedAt", u.progress, u.report, u.error_code as "errorCode",
  u.error_measured as "errorMeasured"`;

/** Makes room for a file that is coming in; nobody hears of it before it is queued. */
export async function openUpload(
  db: Db,
  { databaseId, file, wish }: Pick<Upload, 'databaseId' | 'file' | 'wish'>,
): Promise<number> {
  const { id } = await one<{ id: number }>(
    db,
    `insert into upload (database_id, file, wish, state) values ($1, $2, $3, 'receiving')
     returning id`,
    [databaseId, file, JSON.stringify(wish)],
  );
  return id;
}

/** Asks for a file that has come in to be imported; durable when it resolves, and the file with it. */
export async function queueUpload(db: Db, id: number): Promise<void> {
  await db.query(
    `update upload set state = 'queued', queued_at = muster_now()
     where id = $1 and state = 'receiving'`,
    [id],
  );
}

/** With all of its bytes. */
export async function dropUpload(db: Db, id: number): Promise<void> {
  await db.query('delete from upload where id = $1', [id]);
}

/** Null: there is none of that number. */
export async function readUpload(db: Db, id: number): Promise<Upload | null> {
  const [found] = await db.query<Upload>(
    `select ${columns} from upload u join database d on d.id = u.database_id
     where u.id = $1 and u.state <> 'receiving'`,
    [id],
  );
  return found ?? null;
}

/** Namespace of the locks that show, by dying with their process, which uploads are under way. */
const UPLOAD_LOCK = 7_278_332;

/**
 * Takes the upload that waits longest, and holds it while `work` goes on; also one whose process died.
 * Null: there is none.
 */
export async function withUpload<T>(
  store: Store,
  work: (upload: Upload) => Promise<T>,
): Promise<T | null> {
  const open = await store.query<{ id: number }>(
    `select id from upload where state in ('queued', 'running') order by id`,
  );
  for (const { id } of open) {
    const done = await store.session(async (session) => {
      const { held } = await one<{ held: boolean }>(
        session,
        'select pg_try_advisory_lock($1, $2) as held',
        [UPLOAD_LOCK, id],
      );
      if (!held) return null;
      try {
        const upload = await begin(session, id);
        return upload === null ? null : { result: await work(upload) };
      } finally {
        await session.query('select pg_advisory_unlock($1, $2)', [UPLOAD_LOCK, id]).catch(() => {});
      }
    });
    if (done !== null) return done.result;
  }
  return null;
}

async function begin(session: Tx, id: number): Promise<Upload | null> {
  const [upload] = await session.query<Upload>(
    `update upload u set state = 'running', attempts = u.attempts + 1, progress = null,
       started_at = coalesce(u.started_at, muster_now())
     from database d where u.id = $1 and u.state in ('queued', 'running') and d.id = u.database_id
     returning ${columns}`,
    [id],
  );
  return upload ?? null;
}

export async function noteUploadProgress(db: Db, id: number, progress: object): Promise<void> {
  await db.query(`update upload set progress = $2 where id = $1 and state = 'running'`, [
    id,
    JSON.stringify(progress),
  ]);
}

/** Ends an upload with what came of it, or with why nothing did; its file goes. */
export async function endUpload(
  db: Db,
  id: number,
  end:
    | { readonly state: 'succeeded' | 'partial'; readonly report: object }
    | { readonly state: 'failed'; readonly code: string; readonly measured: string },
): Promise<void> {
  const failure = end.state === 'failed' ? end : null;
  await db.query(
    `with dropped as (delete from upload_part where upload_id = $1 and kind = 'file')
     update upload set state = $2, report = $3, error_code = $4, error_measured = $5,
       finished_at = muster_now() where id = $1`,
    [
      ...[id, end.state, end.state === 'failed' ? null : JSON.stringify(end.report)],
      ...[failure?.code ?? null, failure?.measured ?? null],
    ],
  );
}

/** Forgets uploads that ended so many days ago, and those whose sender went away a day ago. */
export async function forgetUploads(db: Db, days: number): Promise<void> {
  await db.query(
    `delete from upload where finished_at < muster_now() - make_interval(days => $1)
       or state = 'receiving' and queued_at < muster_now() - interval '1 day'`,
    [days],
  );
}
