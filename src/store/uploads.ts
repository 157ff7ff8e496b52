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
  /** Its own, below the folder of uploads. */
  readonly folder: string;
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

const columns = `u.id, u.database_id as "databaseId", d.name as database, u.file, u.folder, u.wish,
  u.state, u.attempts, u.queued_at as "queuedAt", u.started_at as "startedAt",
  u.finished_at as "finishedAt", u.progress, u.report, u.error_code as "errorCode",
  u.error_measured as "errorMeasured"`;

/** Asks for a file to be imported; durable when it resolves, as the file has to be before. */
export async function addUpload(
  db: Db,
  { databaseId, file, folder, wish }: Pick<Upload, 'databaseId' | 'file' | 'folder' | 'wish'>,
): Promise<number> {
  const { id } = await one<{ id: number }>(
    db,
    `insert into upload (database_id, file, folder, wish) values ($1, $2, $3, $4) returning id`,
    [databaseId, file, folder, JSON.stringify(wish)],
  );
  return id;
}

/** Null: there is none of that number. */
export async function readUpload(db: Db, id: number): Promise<Upload | null> {
  const [found] = await db.query<Upload>(
    `select ${columns} from upload u join database d on d.id = u.database_id where u.id = $1`,
    [id],
  );
  return found ?? null;
}

/** Namespace of the locks that show, by dying with their process, which uploads are under way. */
const UPLOAD_LOCK = 7_278_332;

/**
 * Takes the upload that waits longest, of those in these folders, and holds it while `work` goes on; also
 * one whose process died. Null: there is none.
 */
export async function withUpload<T>(
  store: Store,
  folders: readonly string[],
  work: (upload: Upload) => Promise<T>,
): Promise<T | null> {
  const open = await store.query<{ id: number }>(
    `select id from upload where state in ('queued', 'running') and folder = any($1) order by id`,
    [folders],
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

/** Ends an upload with what came of it, or with why nothing did. */
export async function endUpload(
  db: Db,
  id: number,
  end:
    | { readonly state: 'succeeded' | 'partial'; readonly report: object }
    | { readonly state: 'failed'; readonly code: string; readonly measured: string },
): Promise<void> {
  const failure = end.state === 'failed' ? end : null;
  await db.query(
    `update upload set state = $2, report = $3, error_code = $4, error_measured = $5,
       finished_at = muster_now() where id = $1`,
    [
      ...[id, end.state, end.state === 'failed' ? null : JSON.stringify(end.report)],
      ...[failure?.code ?? null, failure?.measured ?? null],
    ],
  );
}

/** Forgets uploads that ended so many days ago; gives their folders. */
export async function forgetUploads(
  db: Db,
  folders: readonly string[],
  days: number,
): Promise<string[]> {
  const gone = await db.query<{ folder: string }>(
    `delete from upload where folder = any($1)
       and finished_at < muster_now() - make_interval(days => $2) returning folder`,
    [folders, days],
  );
  return gone.map(({ folder }) => folder);
}
