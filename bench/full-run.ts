import { setTimeout as sleep } from 'node:timers/promises';
import { createMetaClient } from '#meta/client.ts';
import { systemClock } from '#meta/clock.ts';
import { createGovernor } from '#meta/governor.ts';
import { parseRule, ruleVersion } from '#audiences/rule.ts';
import { createAudience } from '#store/audiences.ts';
import { findDatabase } from '#store/databases.ts';
import { openStore } from '#store/db.ts';
import { attachEmbedded } from '#store/embedded/attach.ts';
import { migrate } from '#store/migrate.ts';
import type { Muster } from '#sync/muster.ts';
import { receiveFile } from '#sync/receive.ts';
import { syncAudience } from '#sync/sync.ts';

/** Muster's side of `bench full`: CSV → stored → audience → plan → all accepted, in one process. */
const [directory = '', file = '', changes = '', sinkUrl = '', databaseUrl = ''] =
  process.argv.slice(2);

const server = databaseUrl === '' ? await attachEmbedded(directory, { log: () => {} }) : null;
const url = server?.connectionString ?? databaseUrl;
await migrate(url);
await using store = openStore({ url });
const meta = createMetaClient({
  fetch: (input, init) => fetch(input, init),
  apiBase: sinkUrl,
  token: 'bench',
  governor: createGovernor(systemClock, Math.random),
  clock: systemClock,
});
const muster: Muster = {
  store,
  clock: () => performance.timeOrigin + performance.now(),
  random: Math.random,
  sleep: (ms) => sleep(ms),
  every: () => () => {},
  openSource: () => Promise.reject(new Error('no source is read here')),
  openClient: () =>
    Promise.resolve({ meta, adAccount: 'act_1', requestTimeoutMs: 60_000, settleMs: 0 }),
};
const main = await findDatabase(store, 'main');
const [connection] = await store.query<{ id: number }>(
  `insert into connection (name, sandbox, api_url, token_sealed) values ('sink', true, $1, '') returning id`,
  [sinkUrl],
);
await store.query(
  `insert into integration (name, database_id, connection_id, ad_account) values ('sink', $1, $2, 'act_1')`,
  [main.id, connection?.id],
);
const rule = { trait: 'total_spent', op: 'at_least', value: 0 };
await createAudience(store, {
  databaseId: main.id,
  integrationId: null,
  name: 'everybody',
  rule,
  ruleVersion: ruleVersion(parseRule(rule)),
  customerFileSource: 'USER_PROVIDED_ONLY',
});

const receive = (path: string) =>
  receiveFile(
    muster,
    { path, database: 'main', mirror: false, dryRun: false, rejectedDirectory: directory },
    () => {},
  );
const sync = () => syncAudience(muster, 'everybody', { wait: false, trigger: 'manual' }, () => {});

const started = performance.now();
await receive(file);
const imported = performance.now();
const first = await sync();
const synced = performance.now();
const none = await sync();
const quiet = performance.now();
await receive(changes);
const second = await sync();
const changed = performance.now();
const { user, system } = process.cpuUsage();
process.stdout.write(
  JSON.stringify({
    seconds: (synced - started) / 1000,
    importSeconds: (imported - started) / 1000,
    syncSeconds: (synced - imported) / 1000,
    noChangeSeconds: (quiet - synced) / 1000,
    noChangeRequests: none.requestsUsed,
    changedSeconds: (changed - quiet) / 1000,
    accepted: first.accepted,
    requests: first.requestsUsed,
    changedUpdates: second.updates,
    cpuSeconds: (user + system) / 1e6,
    peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
  }),
);
await server?.leave();
