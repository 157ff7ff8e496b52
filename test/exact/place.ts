import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRule, ruleVersion } from '#audiences/rule.ts';
import { must } from '#domain/errors/assert.ts';
import { createMetaClient, type MetaClient } from '#meta/client.ts';
import { openSandbox, type Sandbox } from '#sandbox/sandbox.ts';
import { createAudience } from '#store/audiences.ts';
import { findDatabase } from '#store/databases.ts';
import { openStore } from '#store/db.ts';
import type { Muster } from '#sync/muster.ts';
import { receiveFile } from '#sync/receive.ts';
import type { ImportReport } from '#sync/reports.ts';
import { testDatabase } from '../support/postgres.ts';
import type { Chance } from './chance.ts';

/** Muster, its database and a sandbox in one process, on one clock that only waiting moves. */
export interface Place extends AsyncDisposable {
  readonly muster: Muster;
  readonly sandbox: Sandbox;
  readonly clock: { nowMs: number };
  now(): Date;
  createAudience(name: string, rule: object, more?: { valueBased: boolean }): Promise<void>;
  receive(csv: string, options?: FileOptions): Promise<ImportReport>;
  /** The rows the sandbox holds, as JSON, in order. */
  heldRows(metaAudienceId: string | null): Promise<string[]>;
  /** How often rows were sent. */
  uploads(): Promise<number>;
}

export interface FileOptions {
  readonly mirror?: boolean;
  readonly dryRun?: boolean;
  readonly database?: string;
  readonly map?: string | undefined;
  readonly country?: string | undefined;
}

/** When every clock begins. */
export const startMs = Date.parse('2026-11-01T10:00:00Z');
const apiBase = 'http://sandbox.invalid';

export async function openPlace(chance: Chance): Promise<Place> {
  const database = await testDatabase();
  const directory = await mkdtemp(join(tmpdir(), 'muster-exact-'));
  const clock = { nowMs: startMs };
  const now = () => new Date(clock.nowMs);
  const store = openStore({ url: database.url, now });
  const sandbox = await openSandbox({
    directory: null,
    clock: () => clock.nowMs,
    random: chance.fork().next,
  });
  const adAccount = must(sandbox.adAccounts[0], 'an ad account').id;
  const meta = clientOf(sandbox, clock);
  const muster: Muster = {
    store,
    clock: () => clock.nowMs,
    random: chance.fork().next,
    sleep(ms) {
      clock.nowMs += ms;
      return Promise.resolve();
    },
    every: () => () => {},
    openSource: () => Promise.reject(new Error('no source is read here')),
    openClient: () =>
      Promise.resolve({ meta, adAccount, requestTimeoutMs: 90_000, settleMs: 2_000 }),
  };
  const { id: databaseId } = await findDatabase(store, 'main');
  const integrationId = await connect(muster, databaseId, adAccount);
  const read = async (path: string) =>
    await sandbox.fetch(new Request(`${apiBase}/_sandbox/${path}`));
  let files = 0;
  return {
    ...{ muster, sandbox, clock, now },
    async createAudience(name, rule, more) {
      await createAudience(store, {
        ...{ databaseId, integrationId, name, rule },
        ruleVersion: ruleVersion(parseRule(rule)),
        customerFileSource: 'USER_PROVIDED_ONLY',
        ...more,
      });
    },
    async receive(csv, options = {}) {
      const path = join(directory, `people-${++files}.csv`);
      await writeFile(path, csv);
      const wish = { path, database: 'main', mirror: false, dryRun: false, ...options };
      return await receiveFile(muster, { ...wish, rejectedDirectory: directory }, () => {});
    },
    async heldRows(metaAudienceId) {
      const text = await (await read(`audiences/${metaAudienceId}/rows`)).text();
      return text
        .split('\n')
        .filter((line) => line !== '')
        .toSorted();
    },
    async uploads() {
      const seen = (await (await read('requests?limit=10000')).json()) as {
        requests: { endpoint: string | null }[];
      };
      return seen.requests.filter(({ endpoint }) => endpoint?.startsWith('users.')).length;
    },
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await sandbox.close();
      await database.drop();
      await rm(directory, { recursive: true });
    },
  };
}

/** Nothing is slow and nothing is limited here. */
function clientOf(sandbox: Sandbox, clock: { readonly nowMs: number }): MetaClient {
  return createMetaClient({
    fetch: (url, init) => sandbox.fetch(new Request(url, init)),
    apiBase,
    token: sandbox.token,
    governor: { ask: () => Promise.resolve(0), answered: () => Promise.resolve() },
    clock: { nowMs: () => clock.nowMs, after: () => () => {} },
  });
}

async function connect({ store }: Muster, databaseId: number, adAccount: string): Promise<number> {
  const [connection] = await store.query<{ id: number }>(
    `insert into connection (name, sandbox, api_url, token_sealed)
     values ('sandbox', true, $1, '') returning id`,
    [apiBase],
  );
  const [integration] = await store.query<{ id: number }>(
    `insert into integration (name, database_id, connection_id, ad_account)
     values ('sandbox', $1, $2, $3) returning id`,
    [databaseId, connection?.id, adAccount],
  );
  return must(integration, 'an insert gives its id').id;
}
