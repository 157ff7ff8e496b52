import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import { ingestRoutes } from '#http/ingest/routes.ts';
import { takeOne } from '#jobs/workers.ts';
import { takeOneModel } from '#jobs/model-runs.ts';
import { CallAcceptor } from '#sync/accept-calls.ts';
import { EventReceiver } from '#sync/receive-events.ts';
import { silentLog } from '../support/silent-log.ts';
import type { ApiDesk } from './_desk.ts';
import { everyOne, hostile, plantedAs } from './_hostile.ts';

const DESCRIPTION_MAX = 1_000;
/** What Meta says when it refuses, in words that no filter for addresses or quoted values takes away. */
export const saidByMeta = '<svg onload=planted(99)><b>said</b>';

/** Where all of them stand, one a row or so. */
export const placesOfLists: readonly string[] = [
  ...['trait', 'value', 'person', 'audience', 'label', 'folder', 'description', 'scenario'],
  ...['column', 'cell', 'source', 'model', 'key', 'writer', 'webhook', 'computed', 'event'],
  ...['name', 'atmeta'],
];
/** Where one stands. */
export const singlePlaces: readonly string[] = [
  ...['filled', 'database', 'myself', 'integration', 'connection'],
].map((place) => plantedAs(place, 22));

/** Puts every hostile string into every name that somebody gives and every text that comes from outside. */
export async function plantEverywhere(desk: ApiDesk): Promise<void> {
  await plantPeople(desk);
  await plantAudiences(desk);
  await plantSources(desk);
  await plantSettings(desk);
  await plantCalls(desk);
  await plantAtMeta(desk);
}

async function post<Answer = { id: string }>(
  desk: ApiDesk,
  path: string,
  body: object,
  method = 'POST',
): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  const answer = await desk.ask(path, { method, headers, body: JSON.stringify(body) });
  const text = await answer.text();
  expect(answer.status, `${method} ${path} ${JSON.stringify(body)}: ${text}`).toBeLessThan(300);
  return (text === '' ? {} : JSON.parse(text)) as Answer;
}

const csvCell = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** Names of people, of what is known of them, and what is known. */
async function plantPeople(desk: ApiDesk): Promise<void> {
  const columns = ['id', 'email', ...everyOne('trait')];
  const person = ['A', 'a@example.com', ...everyOne('value')];
  const others = everyOne('person').map((id, i) => [id, `${i}@example.com`]);
  const lines = [columns, person, ...others].map((cells) =>
    columns.map((_, i) => csvCell(cells[i] ?? '')).join(','),
  );
  await desk.place.receive(`${lines.join('\n')}\n`);
}

async function plantAudiences(desk: ApiDesk): Promise<void> {
  const described: string[] = [''];
  for (const one of everyOne('description')) {
    if ((described.at(-1) ?? '').length + one.length > DESCRIPTION_MAX) described.push('');
    described.push(`${described.pop() ?? ''}${one}\n`);
  }
  for (const [i, name] of everyOne('audience').entries()) {
    await post(desk, '/audiences', {
      ...{ name, integrationId: '1', labels: [plantedAs('label', i)] },
      ...{ folder: plantedAs('folder', i), description: described[i] ?? '' },
      rule: { trait: plantedAs('trait', i), op: 'equals', value: plantedAs('value', i) },
    });
  }
  const filled = plantedAs('filled', 22);
  await post(desk, '/audiences', { name: filled, integrationId: '1', way: 'scenario' });
  const definition = { start: { by: 'hand' }, steps: [{ wait: { days: 2 } }, { add: filled }] };
  for (const name of everyOne('scenario')) {
    await post(desk, '/scenarios', { name, databaseId: '1', definition });
  }
}

/** Sources, models, their columns and their values. */
async function plantSources(desk: ApiDesk): Promise<void> {
  const folder = join(desk.directory, 'exports');
  await mkdir(folder);
  const file = join(folder, 'people.csv');
  const columns = ['nr', ...everyOne('column')];
  const rows = [columns, ['1', ...everyOne('cell')], ['', ...everyOne('failed')]];
  await writeFile(file, `${rows.map((cells) => cells.map(csvCell).join(',')).join('\n')}\n`);
  // Long enough ago, by the clock of the place, that nobody writes it any more.
  await utimes(file, new Date('2026-01-01'), new Date('2026-01-01'));
  let sourceId = '';
  for (const name of everyOne('source')) {
    const settings = { pattern: 'people.csv' };
    ({ id: sourceId } = await post(desk, '/sources', {
      ...{ name, type: 'folder', url: folder, settings },
    }));
  }
  // A database takes fifty.
  const second = await post(desk, '/databases', { name: plantedAs('database', 22) });
  for (const [i, name] of everyOne('model').entries()) {
    const databaseId = i % 2 === 0 ? '1' : second.id;
    await post(desk, '/models', { name, sourceId, databaseId, idColumn: 'nr', mode: 'upsert' });
  }
  await post(desk, '/models/1/runs', {});
  await takeOneModel(desk.muster, silentLog);
}

async function plantSettings(desk: ApiDesk): Promise<void> {
  const { store } = desk.muster;
  for (const [i, name] of everyOne('key').entries()) {
    await post(desk, '/keys', { name, role: 'viewer' });
    await post(desk, '/databases/1/write-keys', { name: plantedAs('writer', i) });
    const url = `https://127.0.0.1/${encodeURIComponent(hostile[i] ?? '')}`;
    await post(desk, '/webhooks', { name: plantedAs('webhook', i), url, allowPrivate: true });
    await post(desk, '/databases/1/traits', {
      ...{ name: plantedAs('computed', i), event: plantedAs('event', i), function: 'count' },
    });
    await store.query(
      `insert into login_user (id, name, email, role, personal_data, credentials)
       values ($1, $2, $3, 'viewer', false, false)`,
      [`planted-${i}`, plantedAs('name', i), `${i}@example.org`],
    );
  }
  await store.query(`update login_user set name = $1 where id = '1'`, [plantedAs('myself', 22)]);
  await post(desk, '/integrations/1', { name: plantedAs('integration', 22) }, 'PATCH');
  await store.query('update connection set name = $1', [plantedAs('connection', 22)]);
}

/** Events as an SDK sends them, and files with names. */
async function plantCalls(desk: ApiDesk): Promise<void> {
  const { store, clock } = desk.muster;
  const { key } = await post<{ key: string }>(desk, '/databases/1/write-keys', { name: 'calls' });
  const acceptor = new CallAcceptor(store, () => {});
  const ingest = ingestRoutes({
    ...{ db: store, clock, newMessageId: () => 'of these tests' },
    accept: (acceptance) => acceptor.accept(acceptance),
    checkRoom: () => {},
  });
  const batch = hostile.map((_, i) => ({
    ...{ type: 'track', userId: 'A', messageId: `m${i}`, event: plantedAs('event', i) },
    properties: { [plantedAs('property', i)]: plantedAs('said', i) },
  }));
  const answer = await ingest.request('/v1/batch', {
    ...{ method: 'POST', headers: { authorization: `Basic ${btoa(`${key}:`)}` } },
    body: JSON.stringify({ batch }),
  });
  expect(answer.status, await answer.text()).toBe(200);
  await acceptor.close();
  await new EventReceiver(desk.muster).receiveWaiting(1, { wait: true });
  for (const file of everyOne('file')) {
    const query = new URLSearchParams({ file, dryRun: 'true' }).toString();
    const sent = await desk.ask(`/databases/1/imports?${query}`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/octet-stream' } },
      body: 'id,email\nC,c@example.com\n',
    });
    expect(sent.status, await sent.text()).toBeLessThan(500);
  }
}

/** Audiences at Meta, and an error of Meta's that a run ends with. */
async function plantAtMeta(desk: ApiDesk): Promise<void> {
  const { sandbox } = desk.place;
  const account = must(sandbox.adAccounts[0], 'an ad account').id;
  for (const name of everyOne('atmeta')) {
    const made = await sandbox.fetch(`http://sandbox.invalid/v26.0/${account}/customaudiences`, {
      ...{ method: 'POST', headers: { authorization: `Bearer ${sandbox.token}` } },
      body: new URLSearchParams({
        ...{ name, subtype: 'CUSTOM', customer_file_source: 'USER_PROVIDED_ONLY' },
      }),
    });
    expect(made.status, await made.text()).toBe(200);
  }
  await post(desk, '/audiences/1/activate', {});
  const asEver = sandbox.fetch.bind(sandbox);
  const refusing: typeof asEver = (input, init) =>
    input instanceof Request && input.method === 'POST'
      ? Promise.resolve(Response.json({ error: refusal }, { status: 400 }))
      : asEver(input, init);
  Object.assign(sandbox, { fetch: refusing });
  await post(desk, '/audiences/1/sync', {});
  while (await takeOne(desk.muster, false, silentLog));
  Object.assign(sandbox, { fetch: asEver });
}

const refusal = {
  ...{ code: 100, type: 'OAuthException', fbtrace_id: '<i>trace</i>' },
  ...{ message: saidByMeta, error_user_title: saidByMeta, error_user_msg: saidByMeta },
};
