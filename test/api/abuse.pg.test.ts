import { once } from 'node:events';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiDesk, openApiDesk } from './_desk.ts';

/** What a stranger to good manners sends: to every filter, as every body, as every name of a file. */
let desk: ApiDesk;
/** Rows of every table that must not lose any. */
let before: string;

beforeAll(async () => {
  desk = await openApiDesk();
  await desk.place.receive('id,email,plan\nA,a@example.com,gold\nB,b@example.com,free\n');
  await desk.place.createAudience('gold', { trait: 'plan', op: 'equals', value: 'gold' });
  before = await held();
});
afterAll(async () => await desk[Symbol.asyncDispose]());

async function held(): Promise<string> {
  const { store } = desk.place.muster;
  const rows = await store.query(
    `select (select count(*) from profile) as people, (select count(*) from audience) as audiences,
       (select count(*) from database) as databases,
       (select count(*) from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace) as tables,
       (select string_agg(name || ' ' || coalesce(rule::text, ''), ',' order by id) from audience) as rules`,
  );
  return JSON.stringify(rows);
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: { readonly type?: string; readonly enum?: unknown };
}

const hostile = [
  `'`,
  `"`,
  `' or '1'='1`,
  `'; drop table profile; --`,
  `') ; delete from audience where ('1'='1`,
  `1; select pg_sleep(10)`,
  `\\'; truncate audience; --`,
  `x' union select token from connection --`,
  `$1`,
  `$$; drop schema public cascade; $$`,
  `%00`,
  `%' escape '%`,
  `{}`,
  `{"__proto__":1}`,
  `../../etc/passwd`,
  `<script>alert(1)</script>`,
  `\u0000`,
  `\ud800`,
  `${'9'.repeat(400)}`,
  `-1`,
  `1e309`,
];

it('takes every filter of every list for a value', async () => {
  const kept = await readFile(
    new URL('../../docs/reference/openapi.json', import.meta.url),
    'utf8',
  );
  const { paths } = JSON.parse(kept) as {
    paths: Record<string, { get?: { parameters?: Parameter[]; responses: object } }>;
  };
  const asked = Object.entries(paths).flatMap(([path, { get }]) => {
    if (get === undefined || JSON.stringify(get.responses).includes('event-stream')) return [];
    const filled = path.replaceAll(/\{\w+\}/g, '1').replace('/api/v1', '');
    const inQuery = (get.parameters ?? []).filter((one) => one.in === 'query');
    return [{ path: filled, names: inQuery.map(({ name }) => name) }];
  });
  expect(asked.flatMap(({ names }) => names).length).toBeGreaterThan(40);
  const faults: string[] = [];
  for (const { path, names } of asked) {
    for (const name of names) {
      // Two in each: what is wrong with one is not what is wrong with the other.
      const picked = hostile.filter((_, i) => (i + name.length + path.length) % 5 === 0);
      for (const value of picked) {
        const query = new URLSearchParams({ [name]: value.toWellFormed() }).toString();
        const answer = await desk.ask(`${path}?${query}`);
        const body = await answer.text();
        if (answer.status >= 500 || /syntax error|pg_|relation "/.test(body)) {
          faults.push(`${path}?${query}: ${answer.status} ${body.slice(0, 200)}`);
        }
      }
    }
  }
  expect(faults).toEqual([]);
  expect(await held()).toBe(before);
});

it.each(hostile)('keeps %j in its place, as a name that is given and asked for', async (name) => {
  const made = await desk.ask('/audiences', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, rule: { trait: name, op: 'equals', value: name } }),
  });
  expect(made.status).toBeLessThan(500);
  if (made.status !== 201) return;
  const { id } = (await made.json()) as { id: string };
  const found = await desk.ask(`/audiences?${new URLSearchParams({ name }).toString()}`);
  expect(await found.json()).toMatchObject({ items: [{ id, name: name.trim() }] });
  expect(found.headers.get('content-type')).toMatch(/^application\/json/);
  expect(found.headers.get('x-content-type-options')).toBe('nosniff');
  await desk.place.muster.store.query('delete from audience where id = $1', [Number(id)]);
});

describe('a body of JSON', () => {
  const good = `{"name":"x","rule":{"trait":"plan","op":"equals","value":"gold"}}`;
  const deep = (n: number) => `${'{"all":['.repeat(n)}${']}'.repeat(n)}`;

  it.each([
    ['deep arrays', `{"name":"x","rule":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
    ['a deep rule', `{"name":"x","rule":${deep(20_000)}}`],
    ['a long number', `{"name":"x","rule":{"trait":"n","op":"equals","value":1e400}}`],
    ['an id beyond exact numbers', `{"name":"x","integrationId":90071992547409931234567}`],
    ['__proto__', `{"__proto__":{"polluted":1},"name":"x","rule":{"__proto__":{"polluted":1}}}`],
    ['constructor', `{"constructor":{"prototype":{"polluted":1}},"name":"x","rule":1}`],
    ['half a character', `{"name":"\\ud800","rule":{"trait":"\\ud800","op":"exists"}}`],
    ['U+0000', `{"name":"a\\u0000b","rule":{"trait":"a\\u0000","op":"exists"}}`],
    ['a name of the wrong kind', `{"name":{"toString":"x"},"rule":{}}`],
    ['a list', '[]'],
    ['a word', '"x"'],
    ['null', 'null'],
    ['nothing', ''],
    ['no JSON', '{"name":NaN}'],
    ['an end too early', good.slice(0, -1)],
    ['more after its end', `${good}${good}`],
    ['a comment', `/* */${good}`],
  ])('with %s is refused, and changes nothing', async (_, body) => {
    const answer = await desk.ask('/audiences', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect([400, 413, 422]).toContain(answer.status);
    expect(await answer.json()).toMatchObject({ code: expect.stringMatching(/^[A-Z_]+$/) });
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(await held()).toBe(before);
  });

  it('sets no field that is not meant to be set, and means the last of two of the same name', async () => {
    const body = `{"name":"first","name":"second","id":"1","state":"up to date","createdAt":"2020-01-01T00:00:00Z","members":9,
      "activatedAt":"2020-01-01T00:00:00Z","rule":{"trait":"plan","op":"equals","value":"gold"}}`;
    const answer = await desk.ask('/audiences', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    // Refused for what is not known, or made without it.
    if (answer.status !== 201) {
      expect([400, 422]).toContain(answer.status);
      return;
    }
    const made = (await answer.json()) as { id: string; name: string };
    expect(made).toMatchObject({ name: 'second', metaAudienceId: null, activatedAt: null });
    expect(made.id).not.toBe('1');
    await desk.place.muster.store.query('delete from audience where id = $1', [Number(made.id)]);
  });
});

describe('a name of an uploaded file', () => {
  it.each([
    '../../../qzvx.csv',
    '..\\..\\qzvx.csv',
    '/etc/qzvx.csv',
    '/proc/self/environ',
    'C:\\Windows\\qzvx.csv',
    '\\\\server\\share\\qzvx.csv',
    'file:///etc/passwd',
    'qzvx.csv\u0000.png',
    '%2e%2e%2fqzvx.csv',
    '..%2f..%2fqzvx.csv',
    '....//....//qzvx.csv',
    'CON',
    'NUL.csv',
    '.',
    '..',
    `${'a'.repeat(190)}.csv`,
    '$(touch qzvx).csv',
    '| qzvx.csv',
    '-rf.csv',
    'ünï · 漢字 🎈.csv',
  ])('%j leads nowhere', async (file) => {
    await mkdir(join(desk.directory, 'data'), { recursive: true });
    const query = new URLSearchParams({ file, dryRun: 'true' }).toString();
    const answer = await desk.ask(`/databases/1/imports?${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: 'id,email\nC,c@example.com\n',
    });
    expect(answer.status).toBeLessThan(500);
    await answer.text();
    const left = await readdir(desk.directory, { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual([]);
    expect(await held()).toBe(before);
  });
});

it('knows no method that nobody asked for, and gives back nothing that was sent', async () => {
  for (const method of ['TRACE', 'PROPFIND', 'DELETE']) {
    const asked = request(`${desk.url}/api/v1/audiences`, {
      ...{ method, headers: { authorization: `Bearer ${desk.keyOf({})}`, 'x-said': 'qzvx' } },
    });
    asked.end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    expect([method, answer.statusCode]).toEqual([method, 404]);
    expect(await text(answer)).not.toContain('qzvx');
  }
});
