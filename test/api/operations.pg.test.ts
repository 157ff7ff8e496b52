import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import { type ApiDesk, openApiDesk } from './_desk.ts';

let desk: ApiDesk;
let sink: Server;
const taken: string[] = [];

beforeAll(async () => {
  desk = await openApiDesk();
  sink = createServer((request, response) => {
    taken.push(String(request.headers['webhook-signature']));
    response.writeHead(204).end();
  });
  await once(sink.listen(0, '127.0.0.1'), 'listening');
  await desk.muster.store.query(
    `insert into alert (kind, cause, database_id, subject, detail) values
       ('source silent', 'database/1', 1, 'main', '{"everyMinutes":60,"lastAt":"2026-01-01T00:00:00Z"}'),
       ('token ends', 'connection/1', null, 'shop', '{"endsAt":"2026-01-01T00:00:00Z"}')`,
  );
});
afterAll(async () => {
  sink.close();
  await once(sink, 'close');
  await desk[Symbol.asyncDispose]();
});

describe('alerts', () => {
  it('are those of databases that somebody sees, in words, and can be silenced', async () => {
    const all = await desk.owner.GET('/alerts', {});
    expect(all.data?.items.map(({ kind }) => kind).toSorted()).toEqual([
      'source silent',
      'token ends',
    ]);
    const elsewhere = await desk.as({ databases: [999] }).GET('/alerts', {});
    expect(elsewhere.data?.items.map(({ kind }) => kind)).toEqual(['token ends']);
    const silent = must(
      all.data?.items.find(({ kind }) => kind === 'source silent'),
      'it is open',
    );
    expect(silent).toMatchObject({ databaseId: '1', text: expect.stringContaining('60 minutes') });
    const path = { alertId: silent.id };
    const hidden = await desk
      .as({ databases: [999] })
      .GET('/alerts/{alertId}', { params: { path } });
    expect(hidden.error).toMatchObject({ code: 'ALERT_UNKNOWN', status: 404 });
    const silenced = await desk.owner.POST('/alerts/{alertId}/silence', {
      params: { path },
      body: { days: 3 },
    });
    expect(silenced.data?.silencedUntil).not.toBeNull();
  });

  it('have rules that admins change', async () => {
    const rules = must((await desk.owner.GET('/alert-rules', {})).data, 'there are rules');
    const body = { ...rules, remindHours: 168 };
    expect((await desk.as({ role: 'editor' }).PUT('/alert-rules', { body })).error?.status).toBe(
      403,
    );
    expect((await desk.owner.PUT('/alert-rules', { body })).data).toEqual(body);
  });
});

it('webhooks are made with a key shown once, tested, rotated and removed', async () => {
  const url = `http://127.0.0.1:${(sink.address() as AddressInfo).port}/hook`;
  const body = { name: 'pager', url };
  const refused = await desk.owner.POST('/webhooks', { body });
  expect(refused.error).toMatchObject({ code: 'SOURCE_HOST_REFUSED' });
  const made = await desk.owner.POST('/webhooks', { body: { ...body, allowPrivate: true } });
  expect(made.data).toMatchObject({ name: 'pager', secret: expect.stringMatching(/^whsec_/) });
  const params = { path: { webhookId: must(made.data, 'it is made').id } };
  const tested = await desk.owner.POST('/webhooks/{webhookId}/test', { params });
  expect(tested.response.status).toBe(204);
  expect(taken).toHaveLength(1);
  const rotated = await desk.owner.POST('/webhooks/{webhookId}/rotate', { params });
  expect(rotated.data?.secret).not.toBe(made.data?.secret);
  const list = await desk.owner.GET('/webhooks', {});
  expect(JSON.stringify(list.data)).not.toMatch(/whsec_|\/hook/);
  const removed = await desk.owner.DELETE('/webhooks/{webhookId}', { params });
  expect(removed.response.status).toBe(204);
});

it('retention is everybody’s to see and an owner’s to set', async () => {
  const kept = await desk.as({ role: 'viewer' }).GET('/retention', {});
  expect(kept.data?.items.find(({ name }) => name === 'events')?.days).toBe(395);
  const params = { path: { name: 'failed rows' } };
  const set = await desk.owner.PUT('/retention/{name}', { params, body: { days: null } });
  expect(set.data).toMatchObject({ name: 'failed rows', days: null, defaultDays: 30 });
  const unknown = await desk.owner.PUT('/retention/{name}', {
    params: { path: { name: 'people' } },
    body: { days: 1 },
  });
  expect(unknown.error?.code).toBe('RETENTION_UNKNOWN');
});
