import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore, type Store } from '#store/db.ts';
import { testDatabase } from '../support/postgres.ts';
import { type Desk, openDesk, type Running } from './_muster.ts';

/** A sender that does what SDKs do: it repeats a batch until it hears 200. */

let desk: Desk;
let database: Awaited<ReturnType<typeof testDatabase>>;
let store: Store;
let url: string;

beforeAll(async () => {
  database = await testDatabase();
  store = openStore({ url: database.url, connectionsMax: 2 });
  desk = await openDesk({ DATABASE_URL: database.url });
});

afterAll(async () => {
  await desk[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  await database.drop();
});

const BATCH = 50;
const KILLS = 3;
const SENDERS = 4;

async function startServe(): Promise<Running> {
  const running = await desk.start(['serve', '--port', '0', '--workers', '0']);
  url = running.firstLine.match(/http:\S+(?= until)/)?.[0] ?? '';
  return running;
}

it('loses nothing it said 200 to and counts nothing twice, killed in the middle', async () => {
  const { key } = await desk.json<{ key: string }>(['key', 'create', '--write']);
  const headers = { authorization: `Basic ${btoa(`${key}:`)}` };
  let isOver = false;
  let sent = 0;
  const sendBatches = async (sender: number): Promise<void> => {
    for (let i = 0; !isOver; i++) {
      const batch = Array.from({ length: BATCH }, (_, n) => ({
        ...{ type: 'track', event: 'Order', messageId: `${sender}-${i}-${n}` },
        userId: `u${(i * BATCH + n) % 70}`,
      }));
      await untilTaken(headers, JSON.stringify({ batch }));
      sent += BATCH;
    }
  };
  let running = await startServe();
  const senders = Array.from({ length: SENDERS }, (_, sender) => sendBatches(sender));
  for (let kill = 0; kill < KILLS; kill++) {
    const before = sent;
    while (sent < before + 400) await delay(20);
    await running.stop('SIGKILL');
    running = await startServe();
  }
  isOver = true;
  await Promise.all(senders);
  for (;;) {
    const [{ waiting } = { waiting: 0 }] = await store.query<{ waiting: number }>(
      'select count(*) as waiting from inbox',
    );
    if (waiting === 0) break;
    await delay(50);
  }
  const [counts] = await store.query(
    `select count(*) as events, count(distinct message_id) as messages,
       (select sum(count)::bigint from event_summary) as summary,
       (select count(*) from profile) as people from event`,
  );
  expect(counts).toEqual({ events: sent, messages: sent, summary: sent, people: 70 });
});

async function untilTaken(headers: Record<string, string>, body: string): Promise<void> {
  for (;;) {
    const status = await fetch(`${url}/v1/batch`, { method: 'POST', headers, body }).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 200) return;
    await delay(100);
  }
}
