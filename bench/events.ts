import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { attachEmbedded } from '#store/embedded/attach.ts';
import { eventBatch } from './event-batches.ts';
import { readUrl } from './installation.ts';

interface EventsOptions {
  /** Events a second that are sent, whatever the answers. */
  readonly rate: number;
  readonly seconds: number;
  readonly users: number;
  /** A PostgreSQL of one's own; otherwise the embedded one, with its settings. */
  readonly databaseUrl?: string;
}

const BATCH = 100;
const launcher = join(import.meta.dirname, '..', 'bin', 'muster');

/**
 * A real `muster serve` under a steady rate of batches of 100: how long an answer takes, counted from the
 * moment when the batch was due, and whether everything that was acknowledged is there in the end.
 *
 *   npm run bench -- events [--rate 5000] [--seconds 60] [--people 100000] [--database-url URL]
 */
export async function benchEvents(options: EventsOptions): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'muster-bench-'));
  const { databaseUrl = '' } = options;
  const env = { ...process.env, MUSTER_DATA: directory, DATABASE_URL: databaseUrl };
  const embedded = databaseUrl === '' ? await attachEmbedded(directory, { log() {} }) : null;
  const { stdout } = await promisify(execFile)(launcher, ['key', 'create', '--write', '--json'], {
    env,
  });
  const { key } = JSON.parse(stdout) as { key: string };
  const server = spawn(launcher, ['serve', '--port', '0', '--workers', '0'], {
    ...{ env, stdio: ['ignore', 'pipe', 'inherit'] },
  });
  const client = new pg.Client({
    connectionString: embedded?.connectionString ?? databaseUrl,
  });
  await client.connect();
  try {
    const url = await readUrl(server);
    const before = await countEvents(client);
    const sent = await sendAll(url, key, options);
    const behind = await callsWaiting(client);
    const endedMs = performance.now();
    while ((await callsWaiting(client)) > 0) await delay(100);
    const workedOffMs = performance.now() - endedMs;
    const stored = (await countEvents(client)) - before;
    print(options, sent, { behind, workedOffMs, stored });
  } finally {
    server.kill();
    await client.end();
    await embedded?.leave();
    await rm(directory, { recursive: true, force: true });
  }
}

async function countEvents(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ count: string }>('select count(*) from event');
  return Number(rows[0]?.count ?? 0);
}

async function callsWaiting(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ sum: string | null }>('select sum(call_count) from inbox');
  return Number(rows[0]?.sum ?? 0);
}

interface Sent {
  readonly seconds: number;
  /** Milliseconds of each batch that was answered 200, sorted. */
  readonly latencies: readonly number[];
  readonly refused: number;
  /** Calls that make an event, of the batches answered 200. */
  readonly events: number;
}

async function sendAll(
  url: string,
  key: string,
  { rate, seconds, users }: EventsOptions,
): Promise<Sent> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const latencies: number[] = [];
  const underWay = new Set<Promise<void>>();
  let refused = 0;
  let events = 0;
  const batches = Math.round((rate * seconds) / BATCH);
  const beganMs = performance.now();
  for (let number = 0; number < batches; number++) {
    const dueMs = beganMs + (number * BATCH * 1000) / rate;
    const body = eventBatch({ users, batch: BATCH }, number, new Date());
    const earlyMs = dueMs - performance.now();
    if (earlyMs > 1) await delay(earlyMs);
    const sending = post(agent, url, key, body).then((status) => {
      underWay.delete(sending);
      if (status !== 200) refused += 1;
      else {
        latencies.push(performance.now() - dueMs);
        events += body.split('"type":"track"').length + body.split('"type":"page"').length - 2;
      }
    });
    underWay.add(sending);
  }
  await Promise.all(underWay);
  agent.destroy();
  const took = (performance.now() - beganMs) / 1000;
  return { seconds: took, latencies: latencies.toSorted((a, b) => a - b), refused, events };
}

function post(agent: Agent, url: string, key: string, body: string): Promise<number> {
  return new Promise((resolve) => {
    const headers = {
      authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
      'content-length': Buffer.byteLength(body),
    };
    const outgoing = request(`${url}/v1/batch`, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode ?? 0));
    });
    outgoing.on('error', () => resolve(0));
    outgoing.end(body);
  });
}

function print(
  { rate, users }: EventsOptions,
  { seconds, latencies, refused, events }: Sent,
  { behind, workedOffMs, stored }: { behind: number; workedOffMs: number; stored: number },
): void {
  const at = (share: number) =>
    (latencies[Math.floor((latencies.length - 1) * share)] ?? 0).toFixed(0);
  const held = (latencies.length * BATCH) / seconds;
  const lines = [
    `${rate} events/s asked, batches of ${BATCH}, ${users} people, ${availableParallelism()} cores, Node ${process.version}`,
    `acknowledged     ${held.toFixed(0)} events/s for ${seconds.toFixed(0)} s; ${refused} batches refused`,
    `answer           p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, slowest ${at(1)} ms, from when it was due`,
    `in profiles      ${behind} calls behind at the end, worked off ${(workedOffMs / 1000).toFixed(1)} s later`,
    `nothing lost     ${events} events acknowledged, ${stored} stored`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
