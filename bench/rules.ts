import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRule } from '#audiences/rule.ts';
import { createAudience, findAudience } from '#store/audiences.ts';
import { changedAudiences, moveOn } from '#store/change-feed.ts';
import { openStore, type Store } from '#store/db.ts';
import { attachEmbedded } from '#store/embedded/attach.ts';
import { addEvents } from '#store/events.ts';
import { migrate } from '#store/migrate.ts';
import { changedTraits } from '#store/profile-news.ts';
import { countRule } from '#sync/breakdown.ts';
import { evaluateAudience } from '#sync/evaluate.ts';
import { byRule } from '#sync/ways.ts';
import { fillRuleData, type RuleDataSize } from './rule-data.ts';
import { serverCpuSeconds } from './server-cpu.ts';

interface RulesOptions extends RuleDataSize {
  readonly audiences: number;
  /** Count exactly as well, which takes its time. */
  readonly exact: boolean;
  /** A data directory that is kept and used again, so that it is filled once. */
  readonly directory?: string;
}

/** What people ask for, in many sizes: `i` makes each audience another one. */
const kinds: readonly ((i: number) => object)[] = [
  (i) => ({ trait: 'plan', op: 'in', value: ['gold', ['silver', 'free', 'trial'][i % 3]] }),
  (i) => ({ trait: 'total_spent', op: 'at_least', value: 100 + ((i * 37) % 800) }),
  (i) => ({
    all: [
      { trait: 'language', op: 'equals', value: ['de', 'en', 'fr', 'es'][i % 4] },
      { trait: 'last_order', op: 'older_than', value: { days: 90 + (i % 7) * 30 } },
    ],
  }),
  (i) => ({ all: [{ trait: 'interests', op: 'equals', value: ['sport', 'music'][i % 2] }] }),
  (i) => ({ event: 'Order Completed', count: { at_least: 1 + (i % 4) } }),
  (i) => ({
    ...{ event: 'Order Completed', within_last: { days: 30 + (i % 5) * 15 } },
    count: { at_least: 2 },
  }),
  (i) => ({
    all: [
      { trait: 'plan', op: 'equals', value: 'gold' },
      { not: { event: 'Order Completed', last: { within_last: { days: 30 + (i % 9) * 10 } } } },
    ],
  }),
  (i) => ({
    ...{ event: 'Product Added', within_last: { days: 7 + (i % 3) * 7 } },
    not_followed_by: { event: 'Order Completed', within: { hours: 48 } },
  }),
  (i) => ({
    ...{ event: 'Product Viewed', within_last: { days: 14 } },
    where: { property: 'total', op: 'at_least', value: 50 + (i % 10) * 10 },
  }),
  (i) => ({ event: 'Product Added', sum: { property: 'total', at_least: 200 + (i % 5) * 100 } }),
];
const kindOfRule = (i: number): object => (kinds[i % kinds.length] ?? Object)(i);

/**
 * Rules over many people and what they did: a count while somebody edits, audiences brought up to date
 * when one per cent changed, and from an event to its effect.
 *
 *   npm run bench -- rules [--people 1000000] [--events 20000000] [--audiences 50] [--exact] [--data DIR]
 */
export async function benchRules(options: RulesOptions): Promise<void> {
  const own = options.directory === undefined;
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'muster-bench-')));
  const isFilled = existsSync(join(directory, 'postgres'));
  const server = await attachEmbedded(directory, { log: say });
  try {
    await migrate(server.connectionString);
    await using store = openStore({ url: server.connectionString });
    if (!isFilled) await fillRuleData(store, options, say);
    say(
      `${options.people} people, ${options.events} events, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}`,
    );
    await benchCounts(store, options.exact);
    await benchChanges(store, options, cpuOf(directory));
  } finally {
    await server.leave();
    if (own) await rm(directory, { recursive: true, force: true });
  }
}

async function benchCounts(store: Store, exact: boolean): Promise<void> {
  const muster = { store, clock: () => performance.now() };
  for (const [i, kind] of kinds.entries()) {
    const rule = parseRule(kind(i));
    const [found, seconds] = await timed(() => countRule(muster, 1, rule, 'quick'));
    let text = `count  ${(seconds * 1000).toFixed(0).padStart(5)} ms  ${found.count} ± ${found.error}`;
    if (exact) {
      const [whole, wholeSeconds] = await timed(() => countRule(muster, 1, rule, 'exact'));
      text += `; exactly ${whole.count} in ${wholeSeconds.toFixed(1)} s`;
    }
    say(`${text}  ${JSON.stringify(rule)}`);
  }
}

/** CPU of the server and of this process, in seconds. */
function cpuOf(directory: string): () => number {
  return () => {
    const { user, system } = process.cpuUsage();
    return (serverCpuSeconds(directory) ?? Number.NaN) + (user + system) / 1e6;
  };
}

async function benchChanges(
  store: Store,
  { audiences, people }: RulesOptions,
  cpu: () => number,
): Promise<void> {
  await store.query('truncate audience, member, blocked, recheck, departure, placed cascade');
  const names = Array.from({ length: audiences }, (_, i) => `audience ${i}`);
  for (const [i, name] of names.entries()) {
    const rule = parseRule(kindOfRule(i));
    await createAudience(store, {
      ...{
        databaseId: 1,
        integrationId: null,
        name,
        ...byRule(rule),
      },
      customerFileSource: 'USER_PROVIDED_ONLY',
    });
  }
  const evaluateAll = async (): Promise<void> => {
    for (const name of names) await evaluateAudience(store, await findAudience(store, name));
  };
  const startedCpu = cpu();
  const [, full] = await timed(evaluateAll);
  const fullCpu = cpu() - startedCpu;
  say(
    `${audiences} audiences, everybody looked at   ${full.toFixed(1)} s, ${fullCpu.toFixed(1)} s of CPU`,
  );
  const [, idle] = await timed(() => changedAudiences(store, { databaseId: 1, atOnce: null }));
  say(`a look that finds nothing to do        ${(idle * 1000).toFixed(0)} ms`);

  const becomes = `(p.traits || '{"total_spent": "950.00", "plan": "gold"}')`;
  // Every hundredth: half have another trait, half did something.
  await store.query(
    `update profile p set traits = ${becomes}, ${changedTraits(becomes, 'true')}
     where database_id = 1 and id % 200 = 7`,
  );
  const did = Array.from({ length: Math.floor(people / 200) }, (_, i) => i * 200 + 107);
  await store.tx((tx) => addEvents(tx, 1, did.map(happened)));
  const changedFrom = cpu();
  const [, changed] = await timed(evaluateAll);
  const changedCpu = cpu() - changedFrom;
  const share = ((changed / full) * 100).toFixed(1);
  const shareOfCpu = ((changedCpu / fullCpu) * 100).toFixed(1);
  say(
    `the same after 1 % changed             ${changed.toFixed(1)} s, ${share} % of it; ` +
      `${changedCpu.toFixed(1)} s of CPU, ${shareOfCpu} %; load ${loadavg()[0]?.toFixed(1)}`,
  );

  const [awake, one] = await timed(async () => {
    await store.tx((tx) => addEvents(tx, 1, [happened(4242)]));
    const woken = await changedAudiences(store, { databaseId: 1, atOnce: null });
    for (const { name } of woken) await evaluateAudience(store, await findAudience(store, name));
    return woken.length;
  });
  await moveOn(store);
  say(`one event, in the ${awake} audiences that it wakes   ${(one * 1000).toFixed(0)} ms`);
}

function happened(profileId: number) {
  const nowMs = Date.now();
  return {
    ...{ profileId, identityId: profileId, name: 'Order Completed', atMs: nowMs },
    ...{ receivedMs: nowMs, messageId: 'bench', properties: { total: 75, sku: 'S1' } },
  };
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const startedMs = performance.now();
  const result = await work();
  return [result, (performance.now() - startedMs) / 1000];
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
