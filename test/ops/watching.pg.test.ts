import { readFile } from 'node:fs/promises';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '#config/secret.ts';
import { listenOnLoopback, type Listening } from '#http/listen.ts';
import { createMetrics, metricHelp } from '#http/metrics.ts';
import { operationRoutes } from '#http/operations.ts';
import { openStore, type Store } from '#store/db.ts';
import { readSamples } from '#store/metrics.ts';
import { testDatabase } from '../support/postgres.ts';

let database: Awaited<ReturnType<typeof testDatabase>>;
let store: Store;
let listening: Listening;
let isLeaving = false;

beforeAll(async () => {
  database = await testDatabase();
  store = openStore({ url: database.url });
  await store.query(
    `insert into connection (name, sandbox, api_url, token_sealed, token_ends_at)
     values ('shop', true, 'http://x', '', '2030-01-01T00:00:00Z')`,
  );
  await store.query(
    `insert into audience (database_id, name, rule, rule_version, member_count)
     values (1, 'gold "1"', '{}', '1', 1234)`,
  );
  await store.query(
    `insert into alert (kind, cause, subject, detail) values ('run failed', 'audience/1', 'gold', '{}')`,
  );
  const app = new Hono();
  const metrics = createMetrics(() => readSamples(store));
  const ping = () => store.query('select 1');
  const metricsToken = new Secret('letmein');
  app.route('/', operationRoutes({ metrics, metricsToken, ping, isLeaving: () => isLeaving }));
  listening = await listenOnLoopback(app, [0]);
});
afterAll(async () => {
  await listening.close();
  await store[Symbol.asyncDispose]();
  await database.drop();
});

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${listening.url}${path}`, { headers: { connection: 'close', ...headers } });

describe('/metrics', () => {
  it('tells what the database and the process say, in the form of Prometheus', async () => {
    const answer = await get('/metrics');
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await answer.text();
    expect(text).toContain('muster_audience_members{audience="gold \\"1\\"",database="main"} 1234');
    expect(text).toContain('muster_alerts_open{kind="run failed"} 1');
    expect(text).toContain('muster_token_end_timestamp_seconds{connection="shop"} 1893456000');
    expect(text).toContain('process_resident_memory_bytes');
    const samples = await readSamples(store);
    const unknown = samples.filter(({ name }) => !Object.hasOwn(metricHelp, name));
    expect(unknown).toEqual([]);
  });

  it('is for this machine, and for whoever has the token', async () => {
    const status = async (headers: Record<string, string>) =>
      (await get('/metrics', headers)).status;
    expect(await status({ 'x-forwarded-for': '203.0.113.9' })).toBe(401);
    expect(await status({ authorization: 'Bearer letmeout' })).toBe(401);
    expect(
      await status({ authorization: 'Bearer letmein', 'x-forwarded-for': '203.0.113.9' }),
    ).toBe(200);
  });

  it('has every number that the shipped board and rules ask for', async () => {
    const board = await readFile('ops/grafana-board.json', 'utf8');
    JSON.parse(board);
    const rules = await readFile('ops/prometheus-rules.yml', 'utf8');
    const named = `${board}${rules}`.match(/\b(muster|process|nodejs)_[a-z_]+/g) ?? [];
    const told = `${Object.keys(metricHelp).join('\n')}\n${await (await get('/metrics')).text()}`;
    expect(named.length).toBeGreaterThan(20);
    expect([...new Set(named)].filter((name) => !told.includes(name))).toEqual([]);
  });
});

it('/readyz says no as soon as the process is about to end', async () => {
  expect((await get('/readyz')).status).toBe(200);
  isLeaving = true;
  expect((await get('/readyz')).status).toBe(503);
  isLeaving = false;
});
