import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRule, ruleVersion } from '#audiences/rule.ts';
import { must } from '#domain/errors/assert.ts';
import { createMetaClient } from '#meta/client.ts';
import { createGovernor } from '#meta/governor.ts';
import { openSandbox, type Sandbox } from '#sandbox/sandbox.ts';
import { createAudience } from '#store/audiences.ts';
import { ensureDatabase } from '#store/databases.ts';
import type { Store } from '#store/db.ts';
import type { Muster } from '#sync/muster.ts';
import type { FileToReceive } from '#sync/receive.ts';
import type { Chance } from '../exact/chance.ts';
import type { CompanyFile } from '../exact/company.ts';
import { csvOf, optionsOf } from '../exact/csv-text.ts';
import type { Connections } from './connections.ts';
import type { Mutant } from './mutants.ts';
import type { Stage } from './stage.ts';
import { openWire, type Wire } from './wire.ts';
import type { World } from './world.ts';
import { type StoreHooks, workerStore } from './worker-store.ts';

/** One database, one audience and one sandbox, for as many workers as it takes. */
export interface Place extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly wire: Wire;
  readonly audience: string;
  /** A process that has just begun. */
  startWorker(): Worker;
  fileToReceive(file: CompanyFile): FileToReceive;
  /** The rows the sandbox holds, as JSON. */
  heldRows(metaAudienceId: string): Promise<string[]>;
  /** As somebody who looks on. */
  readonly query: Store['query'];
}

export interface Worker {
  readonly muster: Muster;
  /** The same worker where it has the stage for itself: imports read real files. */
  readonly alone: Muster;
}

const apiBase = 'http://sandbox.invalid';
const requestTimeoutMs = 90_000;

export async function openPlace(
  connections: Connections,
  { seed, chance, stage, world, mutant }: SeedParts,
): Promise<Place> {
  const directory = mkdtempSync(join(tmpdir(), 'muster-simulate-'));
  connections.nowMs = () => stage.nowMs;
  const { logged, connect } = openWire();
  const sandbox = await openSandbox({
    ...{ directory: null, clock: () => stage.nowMs, random: chance.fork().next, log: logged },
  });
  const asPeople = chance.happens(0.5);
  const wire = connect({
    ...{ sandbox, stage, chance: chance.fork() },
    duplicateOdds: chance.pick([0, 0.1]),
    duplicateLagMs: chance.pick([1_000, 20_000]),
    asKnown: (upload) => (asPeople ? world.asPeople(upload) : upload),
    sent: (upload) => world.checkSent(upload),
  });
  const sessionsReopen = chance.happens(0.5);
  await post(sandbox, 'settings', { refusesFinishedSessions: !sessionsReopen });
  const audience = await makeAudience(connections.store, sandbox, world, seed);
  const hooks: StoreHooks = {
    committed: (statements) => world.committed(statements),
    rewrite: mutant.rewrite ?? ((text) => text),
  };
  const random = chance.fork();
  let files = 0;
  return {
    ...{ sandbox, wire, audience: audience.name },
    query: (text, params) => connections.store.query(text, params),
    startWorker() {
      const inner = connections.store;
      const meta = client(stage, sandbox, wire, random);
      const common = {
        clock: () => stage.nowMs,
        random: random.next,
        sleep: stage.sleep,
        every: () => () => {},
        openClient: () =>
          Promise.resolve({
            ...{ meta, adAccount: audience.adAccount, requestTimeoutMs },
            settleMs: mutant.settleMs ?? settleMs(sandbox, wire),
          }),
      };
      return {
        muster: { ...common, store: workerStore(inner, stage, hooks, false) },
        alone: { ...common, store: workerStore(inner, stage, hooks, true) },
      };
    },
    fileToReceive(file) {
      const path = join(directory, `people-${++files}.csv`);
      writeFileSync(path, csvOf(file));
      world.announce(`people-${files}.csv`, file);
      const { mirror, ...options } = optionsOf(file);
      return {
        ...{ path, database: audience.database, dryRun: false, ...options },
        ...{ mirror: mirror ?? false, rejectedDirectory: directory },
      };
    },
    async heldRows(metaAudienceId) {
      const path = `${apiBase}/_sandbox/audiences/${metaAudienceId}/rows`;
      const text = await (await sandbox.fetch(path)).text();
      return text.split('\n').filter((line) => line !== '');
    },
    async [Symbol.asyncDispose]() {
      await sandbox.close();
      rmSync(directory, { recursive: true });
    },
  };
}

interface SeedParts {
  readonly seed: number;
  readonly chance: Chance;
  readonly stage: Stage;
  readonly world: World;
  readonly mutant: Mutant;
}

/** As openClient says it: its own largest lag and a second, or two without faults. */
function settleMs(sandbox: Sandbox, wire: Wire): number {
  const lagMs = Math.max(sandbox.settle.largestLagMs, wire.largestLagMs);
  return lagMs === 0 ? 2_000 : lagMs + 1_000;
}

function client(stage: Stage, sandbox: Sandbox, wire: Wire, random: Chance) {
  const clock = { nowMs: () => stage.nowMs, after: stage.after };
  return createMetaClient({
    ...{ fetch: wire.fetch, apiBase, token: sandbox.token, clock },
    governor: createGovernor(clock, random.next),
  });
}

async function post(sandbox: Sandbox, what: string, body: object): Promise<void> {
  const init = { method: 'POST', body: JSON.stringify(body) };
  const answer = await sandbox.fetch(`${apiBase}/_sandbox/${what}`, init);
  if (!answer.ok) throw new Error(`the sandbox refused ${what}: ${await answer.text()}`);
}

async function makeAudience(store: Store, sandbox: Sandbox, { rule }: World, seed: number) {
  const name = `seed ${seed}, ${process.pid}-${++audiences}`;
  const { database } = await ensureDatabase(store, name);
  const databaseId = database.id;
  const adAccount = must(sandbox.adAccounts[0], 'an ad account').id;
  const [connection] = await store.query<{ id: number }>(
    `insert into connection (name, sandbox, api_url, token_sealed)
     values ($1, true, $2, '') returning id`,
    [name, apiBase],
  );
  const [integration] = await store.query<{ id: number }>(
    `insert into integration (name, database_id, connection_id, ad_account)
     values ($1, $2, $3, $4) returning id`,
    [name, databaseId, connection?.id, adAccount],
  );
  await createAudience(store, {
    ...{ databaseId, name, rule, integrationId: must(integration, 'it was made').id },
    ruleVersion: ruleVersion(parseRule(rule)),
    customerFileSource: 'USER_PROVIDED_ONLY',
  });
  return { name, database: name, adAccount };
}

let audiences = 0;
