import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { MiddlewareHandler } from 'hono';
import { createApp } from '#http/app.ts';
import type { Principal } from '#http/auth/principal.ts';
import { ingestRoutes } from '#http/ingest/routes.ts';
import { listenOnLoopback } from '#http/listen.ts';
import { hashOfWriteKey, hintOfWriteKey, makeWriteKey } from '#ingest/write-key.ts';
import { ensureDatabase } from '#store/databases.ts';
import { openStore, type Store } from '#store/db.ts';
import { callsWaiting } from '#store/inbox.ts';
import { readRecentCalls } from '#store/recent-calls.ts';
import { createWriteKey } from '#store/write-keys.ts';
import { CallAcceptor } from '#sync/accept-calls.ts';
import { EventWorker } from '#sync/event-worker.ts';
import { testDatabase } from '../support/postgres.ts';

/** The way in for calls, over HTTP, with a database of its own. */
export interface Serving extends AsyncDisposable {
  readonly url: string;
  readonly store: Store;
  /** A key into `main`, or into another database. */
  key(database?: string): Promise<string>;
  /** Everything that was accepted is in profiles. */
  settled(): Promise<void>;
  people(database?: string): Promise<Seen[]>;
}

/** A person and what was seen of them. */
interface Seen {
  readonly id: string;
  readonly identifiers: Readonly<Record<string, unknown>>;
  readonly traits: Readonly<Record<string, unknown>>;
  readonly consents: unknown;
  /** In the order of their time. */
  readonly events: readonly string[];
}

/** Whoever looks here may see everything: who may is tested elsewhere. */
const olga: Principal = {
  ...{ kind: 'user', id: '1', name: 'Olga', role: 'owner' },
  ...{ personalData: true, credentials: true, databases: 'all' },
};

export async function serveEvents(): Promise<Serving> {
  const database = await testDatabase();
  const store = openStore({ url: database.url });
  const clock = Date.now;
  const worker = new EventWorker({ store, clock }, () => {});
  const acceptor = new CallAcceptor(store, (ids) => worker.wake(ids));
  const ingest = ingestRoutes({
    ...{ db: store, clock, newMessageId: randomUUID },
    accept: (acceptance) => acceptor.accept(acceptance),
    checkRoom(databaseId) {
      worker.checkRoom(databaseId);
      acceptor.checkRoom(databaseId);
    },
  });
  const ping = () => store.query('select 1');
  const recentCalls = (afterId: number) =>
    readRecentCalls(store, { databaseId: null, afterId, limit: 200 });
  const overview = () => Promise.reject(new Error('not here'));
  const authenticate: MiddlewareHandler = async (context, next) => {
    context.set('principal', olga);
    await next();
  };
  const reads = { basePath: '/', authenticate, overview, ping, ingest, recentCalls };
  const listening = await listenOnLoopback(createApp(reads), [0]);
  return {
    url: listening.url,
    store,
    async key(name = 'main') {
      const { database: into } = await ensureDatabase(store, name);
      const key = makeWriteKey(randomBytes);
      const hash = hashOfWriteKey(key);
      const hint = hintOfWriteKey(key);
      await createWriteKey(store, { databaseId: into.id, name: 'test', hash, hint, lastsMs: null });
      return key;
    },
    async settled() {
      while ((await callsWaiting(store)).size > 0) await delay(20);
    },
    people: async (name = 'main') =>
      await store.query<Seen>(
        `select p.external_id as id, p.identifiers, p.traits, p.consents,
           (select coalesce(array_agg(e.name order by e.at), '{}') from event e
             where e.database_id = d.id and e.profile_id = p.id) as events
         from database d join profile p on p.database_id = d.id
         where d.name = $1 order by p.external_id`,
        [name],
      ),
    async [Symbol.asyncDispose]() {
      await listening.close();
      await acceptor.close();
      await worker.close();
      await store[Symbol.asyncDispose]();
      await database.drop();
    },
  };
}
