import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import type { Installation } from '#http/api/api.ts';
import { ingestRoutes } from '#http/ingest/routes.ts';
import { hashOfWriteKey, hintOfWriteKey, makeWriteKey } from '#ingest/write-key.ts';
import { takeOne } from '#jobs/workers.ts';
import { addModel, findModel } from '#store/models.ts';
import { createWriteKey } from '#store/write-keys.ts';
import { CallAcceptor } from '#sync/accept-calls.ts';
import { silentLog } from '../support/silent-log.ts';
import { type ApiDesk, installationOf, openApiDesk } from './_desk.ts';
import { typed, type Typed } from './_terminal.ts';

/**
 * The errors of features.md E-01 to E-12 as one group: each is made to happen once in the API and once in
 * the terminal, and says the same: its code, what was measured, the next step.
 */
let desk: ApiDesk;
let tools: Installation['tools'];
let folder: string;

const isGold = { trait: 'plan', op: 'equals', value: 'gold' };
const rule = JSON.stringify(isGold);

beforeAll(async () => {
  desk = await openApiDesk();
  ({ tools } = installationOf(desk.place, desk.directory));
  // Two who can be found, one with a postcode alone, one whose e-mail address is none.
  await desk.place.receive(
    'id,email,phone,zip,plan\n1,ana@example.com,,,gold\n2,bo@example.com,,,gold\n3,,,10115,gold\n4,/,+491713920001,,gold\n',
  );
  folder = join(desk.directory, 'exports');
  await mkdir(folder);
  await mkdir(join(desk.directory, 'data'));
  await exportFile('people.csv', 'nr,contact\n1,ana@example.com\n');
});
afterAll(async () => await desk[Symbol.asyncDispose]());

async function exportFile(name: string, text: string): Promise<void> {
  await writeFile(join(folder, name), text);
  // Long enough ago, by the clock of the place, that nobody writes it any more.
  await utimes(join(folder, name), new Date('2026-01-01'), new Date('2026-01-01'));
}

const type = (...args: string[]): Promise<Typed> => typed(desk.muster, tools, args, rule);

async function post(path: string, body: object = {}) {
  const headers = { 'content-type': 'application/json' };
  const response = await desk.ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
  return await read(response);
}
const get = async (path: string) => await read(await desk.ask(path));

async function read(response: Response) {
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** What the sandbox does to the next request, or to each until it is taken back. */
async function plant(fault: object): Promise<void> {
  const init = { method: 'POST', body: JSON.stringify(fault) };
  await desk.place.sandbox.fetch(new Request('http://sandbox.invalid/_sandbox/faults', init));
}

async function make(name: string, more: object = {}): Promise<string> {
  const made = await post('/audiences', { name, rule: isGold, integrationId: '1', ...more });
  expect(made.status).toBe(201);
  return String(made.body['id']);
}

async function work(): Promise<void> {
  while (await takeOne(desk.muster, false, silentLog)) {
    // Until nothing is due.
  }
}

interface Told {
  readonly code: string;
  /** What was measured. */
  readonly measured: RegExp;
  readonly next: RegExp;
}

/** The same code, measure and next step, as a problem document and in a terminal. */
function saysSame(
  api: { status: number; body: Record<string, unknown> },
  cli: Typed,
  { code, measured, next }: Told,
): void {
  expect(api.body).toMatchObject({ code, status: api.status });
  expect(String(api.body['detail'])).toMatch(measured);
  expect(String(api.body['next'])).toMatch(next);
  expect(cli.code).toBeGreaterThan(0);
  expect(cli.messages).toContain(`Error ${code}`);
  const said = cli.messages.replaceAll(/\s+/g, ' ');
  expect(said).toMatch(measured);
  expect(said).toMatch(next);
}

it('E-01 fewer than 1,000 is said and not refused', async () => {
  const cli = await type('audience', 'create', 'small', '--rule', '-', '--integration', 'sandbox');
  expect(cli.code).toBe(0);
  expect(cli.messages).toMatch(/Fewer than 1,000 people \(4\): too small to be effective/);
  const id = await make('smaller');
  await post(`/audiences/${id}/sync`);
  await work();
  const linked = await get(`/audiences/${id}/linked`);
  expect(JSON.stringify(linked.body)).toMatch(/Fewer than 1,000 accounts: too small/);
  expect((await type('audience', 'linked', 'smaller')).output).toMatch(/Fewer than 1,000/);
});

describe('at Meta', () => {
  it('E-03 a dead token: neither listing nor making, and how to reconnect', async () => {
    const id = await make('unmade');
    const dead = { code: 'META_TOKEN', measured: /190/, next: /muster connect/ };
    await plant({ name: 'tokenDead', on: 'audiences.list', times: 2, subcode: 460 });
    saysSame(
      await get('/integrations/1/meta-audiences'),
      await type('connection', 'audiences', '--integration', 'sandbox'),
      dead,
    );
    await plant({ name: 'tokenDead', on: 'audiences', times: 2, subcode: 460 });
    const cli = await type('audience', 'activate', 'unmade');
    saysSame(await post(`/audiences/${id}/activate`), cli, dead);
  });

  it('E-04 terms that nobody accepted, with where to', async () => {
    const id = await make('unread');
    await plant({ name: 'termsRevoked', on: 'audiences.create', times: 2 });
    const cli = await type('audience', 'activate', 'unread');
    saysSame(await post(`/audiences/${id}/activate`), cli, {
      ...{ code: 'META_TERMS', measured: /terms/i, next: /customaudiences\/tos|[Aa]ccept/ },
    });
  });

  it('E-05 no admin: error 200, and of what one has to be', async () => {
    const id = await make('unallowed');
    await plant({ name: 'permissionMissing', on: 'audiences.create', times: 2, code: 200 });
    const cli = await type('audience', 'activate', 'unallowed');
    saysSame(await post(`/audiences/${id}/activate`), cli, {
      ...{
        code: 'META_PERMISSION',
        measured: /admin of the business.*app and the ad account/,
        next: /business settings/,
      },
    });
  });

  it('E-08 what is no customer list is shown with the reason, and not linked', async () => {
    const other = must(desk.place.sandbox.adAccounts[2], 'the sandbox has three').id;
    await desk.muster.store.query(
      `insert into integration (name, database_id, connection_id, ad_account) values ('visitors', 1, 1, $1)`,
      [other],
    );
    const { openClient } = desk.muster;
    Object.assign(desk.muster, {
      openClient: async (id: number) => ({
        ...(await openClient(id)),
        ...(id === 2 ? { adAccount: other } : {}),
      }),
    });
    const listed = await get('/integrations/2/meta-audiences');
    const items = listed.body['items'] as { id: string; subtype: string; reason: string }[];
    const website = must(
      items.find(({ subtype }) => subtype === 'WEBSITE'),
      'one of visitors',
    );
    expect(website.reason).toContain('website visitors');
    const wish = { rule: isGold, integrationId: '2', metaAudienceId: website.id };
    const shown = await type('connection', 'audiences', '--integration', 'visitors');
    expect(shown.output).toContain(website.reason);
    saysSame(
      await post('/audiences', { name: 'wrong', ...wish }),
      await type(
        ...['audience', 'create', 'wrong', '--rule', '-'],
        ...['--integration', 'visitors', '--link', website.id],
      ),
      { code: 'META_AUDIENCE', measured: /not a customer list/, next: /\w+/ },
    );
  });

  it('E-09 a Meta audience that another one has, by its name', async () => {
    const { body } = await get(`/audiences?name=smaller`);
    const [{ metaAudienceId }] = body['items'] as [{ metaAudienceId: string }];
    const wish = { rule: isGold, integrationId: '1', metaAudienceId };
    saysSame(
      await post('/audiences', { name: 'second', ...wish }),
      await type(
        ...['audience', 'create', 'second', '--rule', '-'],
        ...['--integration', 'sandbox', '--link', metaAudienceId],
      ),
      { code: 'META_AUDIENCE_LINKED', measured: /“smaller”/, next: /[Dd]eactivate/ },
    );
  });

  it('E-10 a failed run stays on its audience, with Meta’s words and numbers', async () => {
    const id = await make('failing');
    await plant({ name: 'audienceFlagged', on: 'users.add', times: null });
    const { body } = await post(`/audiences/${id}/sync`);
    await work();
    await desk.place.sandbox.fetch(
      new Request('http://sandbox.invalid/_sandbox/faults', { method: 'DELETE' }),
    );
    const run = (await get(`/runs/${String(body['runId'])}`)).body;
    const error = run['error'] as { code: string; message: string; next: string };
    expect(run['state']).toBe('failed');
    expect(error.message).toMatch(/1713230/);
    const details = (await get(`/audiences/${id}/details`)).body;
    expect(details).toMatchObject({ available: true, last: { state: 'failed', error } });
    const cli = await type('audience', 'details', 'failing');
    const said = cli.output.replaceAll(/\s+/g, ' ');
    for (const part of [error.code, error.message, error.next]) expect(said).toContain(part);
  });
});

describe('people', () => {
  it('E-06 and E-07 too little to match by is held back, a bad value is left out; both are listed', async () => {
    const id = await make('mixed');
    const plan = (await post(`/audiences/${id}/plans`)).body;
    expect(plan).toMatchObject({
      adds: 3,
      heldBack: { notEnoughIdentifiers: 1, badRequest: 1 },
    });
    const begun = await post(`/audiences/${id}/sync`);
    await work();
    const run = (await get(`/runs/${String(begun.body['runId'])}`)).body;
    expect(run).toMatchObject({ state: 'partial', added: 3, rejected: 0 });
    const cli = await type('audience', 'rejected', 'mixed');
    const lines = cli.output.split('\n');
    expect(lines.find((line) => line.startsWith('3'))).toMatch(/not enough identifiers/);
    expect(lines.find((line) => line.startsWith('4'))).toMatch(
      /email.*Bad Request|Bad Request.*email/i,
    );
    // Counted with the run, and no error of it.
    expect(run['filtered']).toMatchObject({ notEnoughIdentifiers: 1 });
    const why = (await post(`/audiences/${id}/why`, { externalId: '3' })).body;
    expect(String(why['conclusion'])).toMatch(/not enough|too little/);
    expect(String(why['next'])).not.toBe('');
  });

  it('E-12 a call about an audience without its name or its flag is refused alone', async () => {
    const { store } = desk.muster;
    const key = makeWriteKey(randomBytes);
    await createWriteKey(store, {
      ...{ databaseId: 1, name: 'engage', lastsMs: null },
      ...{ hash: hashOfWriteKey(key), hint: hintOfWriteKey(key) },
    });
    const acceptor = new CallAcceptor(store, () => {});
    const ingest = ingestRoutes({
      ...{ db: store, clock: desk.muster.clock, newMessageId: randomUUID, checkRoom() {} },
      accept: (acceptance) => acceptor.accept(acceptance),
    });
    const send = async (path: string, body: object) =>
      await ingest.request(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(`${key}:`)}` },
        body: JSON.stringify(body),
      });
    const about = (personas: object) => ({
      ...{ userId: '1', traits: { vip: 'maybe' } },
      context: { personas: { computation_class: 'audience', ...personas } },
    });
    const nameless = await send('/v1/identify', about({}));
    const flagless = await send('/v1/identify', about({ computation_key: 'vip' }));
    await acceptor.close();
    expect([nameless.status, flagless.status]).toEqual([400, 400]);
    expect(await nameless.text()).toContain('the audience is missing');
    expect(await flagless.text()).toContain('audience membership is missing');
    const tail = await type('events', 'tail');
    expect(tail.output).toMatch(/refused.*the audience is missing/);
    expect(tail.output).toMatch(/refused.*audience membership is missing/);
  });
});

describe('models', () => {
  let sourceId: string;
  const wish = (name: string) => ({ name, sourceId, databaseId: '1', idColumn: 'nr' });
  beforeAll(async () => {
    const settings = { pattern: 'people.csv' };
    const made = await post('/sources', { name: 'exports', type: 'folder', url: folder, settings });
    sourceId = String(made.body['id']);
    expect((await post('/models', wish('model 1'))).status).toBe(201);
  });
  const create = (name: string) =>
    type('model', 'create', name, '--source', 'exports', '--id', 'nr');

  it('E-11 a name of 129 characters, with the limit', async () => {
    await exportFile('people.csv', `nr,${'n'.repeat(129)}\n1,ana@example.com\n`);
    saysSame(await post('/models', wish('wide')), await create('wide'), {
      code: 'IMPORT_HEADER_INVALID',
      ...{ measured: /129 characters, at most 128/, next: /\w+/ },
    });
    await exportFile('people.csv', 'nr,contact\n1,ana@example.com\n');
  });

  it('E-02 the 51st mapping, with that number', async () => {
    const { store } = desk.muster;
    const first = await findModel(store, 'model 1');
    for (let n = 2; n <= 50; n++) {
      await store.tx((tx) => addModel(tx, { ...first, name: `model ${n}` }));
    }
    saysSame(await post('/models', wish('model 51')), await create('model 51'), {
      code: 'MODEL_TOO_MANY',
      ...{ measured: /at most 50 models/, next: /\w+/ },
    });
  });
});
