import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openInstallation } from './installation.ts';
import { writePeople } from './people.ts';

interface AtOnceOptions {
  /** Who is there before, and belongs to the audience as well. */
  readonly people: number;
  readonly changes: number;
  readonly databaseUrl?: string;
}

const EVERY_MS = 500;
const GIVE_UP_MS = 60_000;

/**
 * From the call of an event to the request that tells Meta of its person, for an audience that is sent
 * at once: a real `muster serve`, real calls, and the sandbox.
 *
 *   npm run bench -- at-once [--people 100000] [--seconds 100] [--database-url URL]
 */
export async function benchAtOnce(options: AtOnceOptions): Promise<void> {
  /** SHA-256 of an e-mail → when a request with it arrived. */
  const arrived = new Map<string, number>();
  const { databaseUrl = '', people, changes } = options;
  await using installation = await openInstallation(databaseUrl, async (request) => {
    if (request.method !== 'POST' || !request.url.endsWith('/users')) return;
    const atMs = performance.now();
    for (const [value] of (await request.text()).matchAll(/[0-9a-f]{64}/g)) {
      if (!arrived.has(value)) arrived.set(value, atMs);
    }
  });
  const { muster, directory, account } = installation;
  await writePeople(join(directory, 'people.csv'), { count: people });
  const rule = join(directory, 'rule.json');
  const spends = { trait: 'total_spent', op: 'at_least', value: 0 };
  await writeFile(
    rule,
    JSON.stringify({ any: [spends, { event: 'Joined', count: { at_least: 1 } }] }),
  );
  await muster('import', join(directory, 'people.csv'));
  await muster('connect', ...account);
  await muster('audience', 'create', 'everybody', '--rule', rule);
  await muster('sync', 'everybody', '--wait');
  await muster('audience', 'schedule', 'everybody', '--at-once');
  const { stdout } = await muster('key', 'create', '--write', '--json');
  const { key } = JSON.parse(stdout) as { key: string };
  const url = await installation.serve();
  const waitsMs: number[] = [];
  const waiting: Promise<void>[] = [];
  for (let i = 0; i < changes; i++) {
    waiting.push(joinAndWait(i).then((ms) => void waitsMs.push(ms)));
    await delay(EVERY_MS);
  }
  await Promise.all(waiting);
  print(options, waitsMs);

  async function joinAndWait(i: number): Promise<number> {
    const email = `joined-${i}@example.com`;
    const hash = createHash('sha256').update(email).digest('hex');
    const beganMs = performance.now();
    const batch = [
      { type: 'identify', userId: `joined-${i}`, messageId: `i-${i}`, traits: { email } },
      { type: 'track', userId: `joined-${i}`, messageId: `t-${i}`, event: 'Joined' },
    ];
    const authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`;
    const answer = await fetch(`${url}/v1/batch`, {
      ...{ method: 'POST', headers: { authorization }, body: JSON.stringify({ batch }) },
    });
    if (!answer.ok) throw new Error(`refused: ${answer.status} ${await answer.text()}`);
    while (!arrived.has(hash) && performance.now() < beganMs + GIVE_UP_MS) await delay(10);
    return (arrived.get(hash) ?? Infinity) - beganMs;
  }
}

function print({ people, changes }: AtOnceOptions, waitsMs: readonly number[]): void {
  const sorted = waitsMs.toSorted((a, b) => a - b);
  const at = (share: number) =>
    ((sorted[Math.floor((sorted.length - 1) * share)] ?? 0) / 1000).toFixed(2);
  process.stdout.write(
    `${changes} people join an audience of ${people}, one every ${EVERY_MS} ms, ` +
      `${availableParallelism()} cores, Node ${process.version}\n` +
      `from the call to the request at the sandbox: p50 ${at(0.5)} s, p99 ${at(0.99)} s, slowest ${at(1)} s\n`,
  );
}
