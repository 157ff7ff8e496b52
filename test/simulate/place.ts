import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRule, ruleVersion } from '#audiences/rule.ts';
import { must } from '#domain/errors/assert.ts';
import { createMetaClient } from '#meta/client.ts';
import { sharedGovernors } from '#connections/shared-governor.ts';
import { createGovernor } from '#meta/governor.ts';
import { openSandbox, type Sandbox } from '#sandbox/sandbox.ts';
import { createAudience } from '#store/audiences.ts';
import { ensureDatabase } from '#store/databases.ts';
import type { Store } from '#store/db.ts';
import type { Muster } from '#sync/muster.ts';
import type { FileToReceive } from '#sync/receive.ts';
import { Chance } from '../exact/chance.ts';
import type { CompanyFile } from '../exact/company.ts';
import { csvOf, optionsOf } from '../exact/csv-text.ts';
import { type Actor, Crash } from './actor.ts';
import type { Connections } from './connections.ts';
import type { Script, Setting } from './script.ts';
import type { Stage } from './stage.ts';
import type { Watch } from './watch.ts';
import { Wire } from './wire.ts';
import type { World } from './world.ts';
import { workerStore, type WorkerStoreOptions } from './worker-store.ts';

/** One database, its audiences and one sandbox, for as many processes as it takes. */
export interface Place extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly wire: Wire;
  /** Names, in the order of the world's audiences. */
  readonly audiences: readonly string[];
  /** Muster as a process that has just begun has it, and the way to end that process. */
  startWorker(actor: Actor): Worker;
  fileToReceive(file: CompanyFile, by: Actor): FileToReceive;
  readonly adAccount: string;
  /** The people's database. */
  readonly database: string;
  /** The rows the sandbox holds, as JSON. */
  heldRows(metaAudienceId: string): Promise<string[]>;
  /** As somebody who looks on. */
  readonly query: Store['query'];
}

export interface Worker {
  readonly actor: Actor;
  readonly muster: Muster;
  /** The same process where it has the stage for itself: imports read real files. */
  readonly alone: Muster;
  /** Gives its connections back, or closes them if it is dead. */
  end(): Promise<void>;
}

interface Parts {
  readonly script: Script;
  readonly stage: Stage;
  readonly world: World;
  readonly watch: Watch;
}

const apiBase = 'http://sandbox.invalid';
const requestTimeoutMs = 90_000;
/** The lowest tier has a score of 60 in five minutes, of which a change costs 3. */
const tightQuota = { tier: 'development_access', useCaseCallsAnHour: 60 };

export async function openPlace(connections: Connections, parts: Parts): Promise<Place> {
  const { script, stage, world, watch } = parts;
  const { setting } = script;
  const chance = new Chance(script.seed).fork();
  const directory = mkdtempSync(join(tmpdir(), 'muster-simulate-'));
  connections.nowMs = () => stage.nowMs;
  const wire: Wire = new Wire({
    ...{ stage, setting, watch, chance: chance.fork(), sandbox: () => sandbox },
    asKnown: (upload) => world.asPeople(upload),
  });
  const sandbox = await openSandbox({
    ...{ directory: null, clock: () => stage.nowMs, random: chance.fork().next },
    log: (line) => wire.logged(line),
  });
  await post(sandbox, 'settings', {
    refusesFinishedSessions: !setting.sessionsReopen,
    ...(setting.tightQuota ? tightQuota : {}),
  });
  const onlooker = connections.take();
  const made = await makeAudiences(onlooker, sandbox, world, script.seed);
  world.audienceIds = made.audiences.map(({ id }) => id);
  const { adAccount, database } = made;
  let files = 0;
  return {
    ...{ sandbox, wire, adAccount, database, audiences: made.audiences.map(({ name }) => name) },
    query: (text, params) => onlooker.query(text, params),
    startWorker: (actor) =>
      startWorker(actor, {
        ...{
          connections,
          setting,
          sandbox,
          wire,
          world,
          adAccount,
          database,
          random: chance.fork(),
        },
      }),
    fileToReceive(file, by) {
      const path = join(directory, `people-${++files}.csv`);
      writeFileSync(path, csvOf(file));
      world.announce(`people-${files}.csv`, file, by.name);
      const { mirror, ...options } = optionsOf(file);
      return {
        ...{ path, database, dryRun: false, ...options },
        ...{ mirror: mirror ?? false, rejectedDirectory: directory },
      };
    },
    async heldRows(metaAudienceId) {
      const path = `${apiBase}/_sandbox/audiences/${metaAudienceId}/rows`;
      const text = await (await sandbox.fetch(path)).text();
      return text.split('\n').filter((line) => line !== '');
    },
    async [Symbol.asyncDispose]() {
      await endAll(onlooker, world.audienceIds);
      connections.give(onlooker);
      await sandbox.close();
      rmSync(directory, { recursive: true });
    },
  };
}

/** The same life again must find nothing of itself, and the next one nothing that is still open. */
async function endAll(store: Store, audienceIds: readonly number[]): Promise<void> {
  for (const table of ['opt_out', 'account_removal']) {
    await store.query(`update ${table} set done_at = muster_now() where done_at is null`);
  }
  await store.query(
    `update operation set session_id = null
     where link_id in (select id from link where audience_id = any($1))`,
    [audienceIds],
  );
  // Its sandbox gives its audiences the same ids again.
  await store.query(
    'update link set ended_at = muster_now() where audience_id = any($1) and ended_at is null',
    [audienceIds],
  );
}

interface WorkerParts {
  readonly connections: Connections;
  readonly setting: Setting;
  readonly sandbox: Sandbox;
  readonly wire: Wire;
  readonly world: World;
  readonly adAccount: string;
  readonly database: string;
  readonly random: Chance;
}

function startWorker(actor: Actor, parts: WorkerParts): Worker {
  const { connections, setting, sandbox, wire, world, adAccount, database, random } = parts;
  const inner = connections.take();
  const committed: WorkerStoreOptions['committed'] = (statements) =>
    world.committed(statements, actor.name);
  const storeOf = (isInStep: boolean) => workerStore({ inner, actor, committed, isInStep });
  const store = storeOf(false);
  const clock = { nowMs: actor.nowMs, after: actor.after };
  const governor = setting.tightQuota
    ? sharedGovernors(store, { clock, random: random.next, sharePercent: 90 })(adAccount + database)
    : createGovernor(clock, random.next);
  const meta = createMetaClient({
    ...{ fetch: wire.fetchOf(actor), apiBase, token: sandbox.token, clock, governor },
  });
  const common = {
    ...{ clock: actor.nowMs, random: random.next, sleep: actor.sleep },
    // Who does not renew its lease loses it while it is alive.
    every: setting.lease ? actor.every : () => () => {},
    openSource: () => Promise.reject(new Error('no source is read here')),
    openClient: () => {
      const settleMs = settleTime(sandbox, wire);
      return Promise.resolve({ meta, adAccount, requestTimeoutMs, settleMs });
    },
  };
  return {
    actor,
    muster: { ...common, store },
    alone: { ...common, store: storeOf(true) },
    async end() {
      if (actor.isDead) await connections.close(inner);
      else connections.give(inner);
      actor.bury();
    },
  };
}

/** As openClient says it: its own largest lag and a second, or two without faults. */
function settleTime(sandbox: Sandbox, wire: Wire): number {
  const lagMs = Math.max(sandbox.settle.largestLagMs, wire.largestLagMs);
  return lagMs === 0 ? 2_000 : lagMs + 1_000;
}

async function post(sandbox: Sandbox, what: string, body: object): Promise<void> {
  const init = { method: 'POST', body: JSON.stringify(body) };
  const answer = await sandbox.fetch(`${apiBase}/_sandbox/${what}`, init);
  if (!answer.ok) throw new Error(`the sandbox refused ${what}: ${await answer.text()}`);
}

let lives = 0;

async function makeAudiences(store: Store, sandbox: Sandbox, world: World, seed: number) {
  const place = `seed ${seed}, ${process.pid}-${++lives}`;
  const { database } = await ensureDatabase(store, place);
  const adAccount = must(sandbox.adAccounts[0], 'an ad account').id;
  const [connection] = await store.query<{ id: number }>(
    `insert into connection (name, sandbox, api_url, token_sealed)
     values ($1, true, $2, '') returning id`,
    [place, apiBase],
  );
  const [integration] = await store.query<{ id: number }>(
    `insert into integration (name, database_id, connection_id, ad_account)
     values ($1, $2, $3, $4) returning id`,
    [place, database.id, connection?.id, adAccount],
  );
  const audiences = [];
  for (const [i, { rule }] of world.audiences.entries()) {
    audiences.push(
      await createAudience(store, {
        ...{ databaseId: database.id, name: `${place}, ${i}`, rule },
        integrationId: must(integration, 'it was made').id,
        ruleVersion: ruleVersion(parseRule(rule)),
        customerFileSource: 'USER_PROVIDED_ONLY',
      }),
    );
  }
  return { audiences, adAccount, database: place };
}

/** Whether the process died of the simulation, rather than of a mistake. */
export function isDeath(error: unknown, { actor }: Worker): boolean {
  return actor.isDead || error instanceof Crash;
}
