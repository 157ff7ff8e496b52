import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findDatabase } from '#store/databases.ts';
import { openStore, type Store } from '#store/db.ts';
import { attachEmbedded } from '#store/embedded/attach.ts';
import { migrate } from '#store/migrate.ts';
import { addModel } from '#store/models.ts';
import { addSource } from '#store/sources.ts';
import { syncModel } from '#sync/model-runs.ts';
import type { Muster } from '#sync/muster.ts';

const shop = 'shop';
const SAMPLE_MS = 50;

/**
 * What it costs to run a model over so many rows: the first time, with nothing changed, and with one
 * per cent changed underneath (new, updated and gone). The source is a second database of the same
 * embedded PostgreSQL, so the server does both its work and ours.
 *
 *   npm run bench -- models [--people 1000000]
 */
export async function benchModels(people: number): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'muster-bench-'));
  const server = await attachEmbedded(directory, { log: () => {} });
  try {
    await migrate(server.connectionString);
    await using store = openStore({ url: server.connectionString });
    await store.query(`create database ${shop}`);
    const url = new URL(server.connectionString);
    url.pathname = `/${shop}`;
    await using source = openStore({ url: url.href });
    await fill(source, people);
    const { host } = url;
    const openSource = () =>
      Promise.resolve({ kind: 'postgres', url: url.href, allowPrivate: true } as const);
    const muster: Muster = {
      ...{ store, clock: () => performance.now(), random: Math.random, openSource },
      ...{ sleep: (ms) => sleep(ms), every: () => () => {} },
      openClient: () => Promise.reject(new Error('Meta is not asked')),
    };
    const run = await modelOf(muster, host);
    process.stdout.write('run | seconds | new | updated | gone | peak memory, MB\n');
    await run('first');
    await run('no change');
    await change(source, people);
    await run('1 % changed');
  } finally {
    await server.leave();
    await rm(directory, { recursive: true, force: true });
  }
}

async function fill(source: Store, people: number): Promise<void> {
  await source.query(
    `create table buyer as select 'C-' || n as id, 'person' || n || '@example.com' as email,
       '+49171' || lpad(n::text, 7, '0') as phone, 'First' || n % 5000 as first_name,
       'Last' || n % 20000 as last_name, 'City' || n % 300 as city, 'DE' as country,
       (n % 1000)::text as total from generate_series(1, ${people}) n`,
  );
  await source.query('alter table buyer add primary key (id)');
}

/** One per cent: three fifths updated, one fifth gone, one fifth new. */
async function change(source: Store, people: number): Promise<void> {
  await source.query(
    `update buyer set email = 'new.' || email where substr(id, 3)::int % 500 in (1, 2, 3)`,
  );
  await source.query(`delete from buyer where substr(id, 3)::int % 500 = 4`);
  await source.query(
    `insert into buyer select 'N-' || n, 'n' || n || '@example.com', null, null, null, null, 'DE', '1'
     from generate_series(1, ${Math.round(people / 500)}) n`,
  );
}

async function modelOf(muster: Muster, place: string): Promise<(what: string) => Promise<void>> {
  const { id: databaseId } = await findDatabase(muster.store, 'main');
  const model = await muster.store.tx(async (tx) => {
    const { id: sourceId } = await addSource(tx, {
      ...{ name: shop, kind: 'postgres', place, allowPrivate: true, settings: {} },
      seal: () => Buffer.alloc(1),
    });
    return await addModel(tx, {
      ...{ name: 'buyers', databaseId, sourceId, sql: 'select * from buyer', idColumn: 'id' },
      ...{ map: null, mode: 'mirror', enabled: true },
    });
  });
  return async (what) => {
    let peak = 0;
    const sampling = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss());
    }, SAMPLE_MS);
    const startedMs = performance.now();
    const report = await syncModel(muster, model, { allowEmpty: false }, () => {});
    clearInterval(sampling);
    const took = (performance.now() - startedMs) / 1000;
    const { new: added, updated, deleted } = report;
    const columns = [what, took.toFixed(1), added, updated, deleted, Math.round(peak / 1e6)];
    process.stdout.write(`${columns.join(' | ')}\n`);
  };
}
