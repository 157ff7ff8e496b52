import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { takeOneModel } from '#jobs/model-runs.ts';
import { takeOne } from '#jobs/workers.ts';
import type { SyncReport } from '#sync/reports.ts';
import { silentLog } from '../support/silent-log.ts';
import { type ApiDesk, installationOf, openApiDesk } from './_desk.ts';
import { typedElsewhere } from './_remote.ts';
import { typed, type Typed } from './_terminal.ts';

/** The same command on the data and through the API: the same output, the same exit code. */

let desk: ApiDesk;
let tools: ReturnType<typeof installationOf>['tools'];
let ownersKey: string;

const gold = { trait: 'plan', op: 'equals', value: 'gold' };

beforeAll(async () => {
  desk = await openApiDesk();
  ({ tools } = installationOf(desk.place, desk.directory));
  ownersKey = desk.keyOf({});
  const people = Array.from({ length: 12 }, (_, i) => `C-${1000 + i},p${i}@example.com,gold`);
  await desk.place.receive(`id,email,plan\n${people.join('\n')}\nC-2000,x@example.com,free\n`);
  const file = join(desk.directory, 'rows.sqlite');
  using rows = new DatabaseSync(file);
  rows.exec(
    `create table buyers (id text, email text); insert into buyers values ('B-1', 'b@example.com')`,
  );
  const body = { name: 'shop', type: 'sqlite', url: file } as const;
  const source = (await desk.owner.POST('/sources', { body })).data;
  for (const name of ['lefty', 'righty']) {
    const how = {
      sourceId: source?.id ?? '',
      databaseId: '1',
      sql: 'select id, email from buyers',
    };
    const made = await desk.owner.POST('/models', { body: { name, idColumn: 'id', ...how } });
    expect(made.error).toBeUndefined();
  }
  await desk.place.createAudience('gold', gold);
  await desk.place.createAudience('same', gold);
  await desk.place.createAudience('lefty', gold);
  await desk.place.createAudience('righty', gold);
  await desk.place.createAudience('small', { trait: 'plan', op: 'equals', value: 'free' });
});
afterAll(async () => await desk[Symbol.asyncDispose]());

/** Where the data of the desk is, as its installation has it. */
const here = (args: readonly string[], input?: string) =>
  typed(desk.muster, tools, args, input, {
    MUSTER_DATA: join(desk.directory, 'data'),
    DATABASE_URL: 'postgresql://of.these.tests',
  });
const there = (args: readonly string[], input?: string) =>
  typedElsewhere({ url: desk.url, key: ownersKey, tools }, args, input);

/** Two things that are as alike as two can be: what tells them apart, and what takes its time, is left out. */
function alike({ code, output, messages }: Typed, name: string): object {
  const plain = (text: string) =>
    text
      .replaceAll(/\bm[aw]k_[\w-]+/g, 'KEY')
      .replaceAll(/"(hint|madeBy)":"[^"]*"/g, '"$1":""')
      .replaceAll(name, 'NAME')
      .replaceAll(/\b[0-9a-f]{16}\b/g, 'CHECKSUM')
      .replaceAll(/\d+([.,]\d+)*( m?s\b)?/g, '9');
  // How far a run has come is seen at other moments.
  const said = messages.replaceAll(
    /^\S+: (Finding|Comparing|Sending|Waiting|Reading|Making).*\n/gm,
    '',
  );
  return { code, output: documents(plain(output)), messages: plain(said) };
}

/** What is the same at any moment; how long something took is not. */
function comparable({ code, output, messages }: Typed): object {
  return { code, output: documents(output), messages };
}

function documents(output: string): unknown {
  try {
    return output
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as unknown);
  } catch {
    return output;
  }
}

/** What a worker of `serve` does meanwhile. */
async function served(asked: Promise<Typed>): Promise<Typed> {
  const ended = asked.then(() => true);
  while (!(await Promise.race([ended, delay(20).then(() => false)]))) {
    while (await takeOne(desk.muster, false, silentLog));
    while (await takeOneModel(desk.muster, silentLog));
  }
  return await asked;
}

it('sends, with the same report and the same exit code', async () => {
  const [one, other] = [
    await served(there(['sync', 'gold', '--json'])),
    await here(['sync', 'same', '--json']),
  ];
  const [sent, known] = [one, other].map(({ output }) => JSON.parse(output) as SyncReport);
  const own = { audience: '', runId: '', checksum: '', metaAudienceId: '', seconds: 0 };
  expect(Object.keys(sent ?? {}).toSorted()).toEqual(Object.keys(known ?? {}).toSorted());
  expect({ ...sent, ...own }).toEqual({ ...known, ...own });
  expect({ code: one.code, state: sent?.state, added: sent?.added }).toEqual({
    code: 0,
    state: 'succeeded',
    added: 12,
  });
});

it.each([
  'status',
  'audience list',
  'audience list --search gol --database main',
  'audience list --folder Nowhere',
  'audience show gold',
  'audience show nobody',
  'audience details gold',
  'audience members gold',
  'audience members nobody',
  'audience linked gold',
  'audience count --rule -',
  'audience count --rule - --breakdown --samples --overlap small',
  'audience count --rule - --database nowhere',
  'run list',
  'run list gold --limit 1',
  'run list --active',
  'run list nobody',
  'run show 1',
  'run show 1 --rows',
  'run show 1 --rows accepted',
  'run show 4711',
  'run show abc',
  'apply 0123456789abcdef',
  'release 4711 --by Ana',
  'audience cancel gold',
  'sync nobody',
  'why gold C-1003',
  'why gold nobody',
  'why nobody C-1003',
  'profile show C-1003',
  'profile show C-1003 --interactions --history',
  'profile show nobody',
  'profile search --trait plan=gold --limit 5',
  'profile search --rule -',
  'profile search',
  'profile export C-1003',
  'suppression show',
  'hold-out',
  'hold-out 5 --off',
  'events tail --database main --lines 5',
  'events tail --lines many',
  'consent C-1003',
  'consent nobody --no',
  'forget nobody',
  'connection list',
  'integration list',
  'source list',
  'model list',
  'model sync nobody',
  'key list',
  'key revoke a4711',
  'key revoke x',
  'key create',
  'audit verify',
  'audit verify --head 0000000000000000000000000000000000000000000000000000000000000000',
  'audit list --limit 3',
  'audit list --limit none',
])('%s', async (words) => {
  for (const args of [words.split(' '), [...words.split(' '), '--json']]) {
    const input = JSON.stringify(gold);
    const [remote, local] = [await there(args, input), await here(args, input)];
    expect(comparable(remote)).toEqual(comparable(local));
  }
});

const elsewhere = (url: string, key: string, args: readonly string[]) =>
  typedElsewhere({ url, key, tools }, [...args, '--json']);

it.each([
  ['no key', () => elsewhere(desk.url, '', ['status']), 2, 'SERVER_KEY_MISSING'],
  ['a wrong key', () => elsewhere(desk.url, 'mak_wrong', ['status']), 2, 'API_LOGIN_NEEDED'],
  [
    'a key that may less',
    () => elsewhere(desk.url, viewersKey(), ['sync', 'gold']),
    2,
    'API_NOT_ALLOWED',
  ],
  [
    'nobody there',
    () => elsewhere('http://127.0.0.1:1', 'mak_x', ['status']),
    1,
    'SERVER_UNREACHABLE',
  ],
  [
    'something else',
    () => elsewhere(`${desk.url}/docs`, 'mak_x', ['status']),
    1,
    'SERVER_NOT_MUSTER',
  ],
  [
    'a login in the address',
    () => elsewhere('https://a:b@example.com', 'mak_x', ['status']),
    2,
    'SETTING_INVALID',
  ],
  [
    'what works on the data alone',
    () => elsewhere(desk.url, ownersKey, ['backup', 'file']),
    2,
    'COMMAND_LOCAL',
  ],
])('says what to do about %s', async (_, ask, exitCode, error) => {
  const { code, output, messages } = await ask();
  expect(messages).toContain(`Error ${error}`);
  expect(code).toBe(exitCode);
  if (error === 'SETTING_INVALID') return;
  expect(JSON.parse(output)).toMatchObject({ error: { code: error } });
});

const viewersKey = () => desk.keyOf({ role: 'viewer' });

it.each([
  'audience pause NAME',
  'audience pause NAME',
  'sync NAME',
  'audience resume NAME',
  'audience schedule NAME',
  'audience schedule NAME --at 08:30,17:00 --days mon,fri --zone Europe/Berlin',
  'audience schedule NAME --every 7m',
  'audience schedule NAME --hourly --from 2026-12-01 --until 2026-12-27',
  'audience schedule NAME --always',
  'audience edit NAME --folder Here --label one',
  'audience edit NAME --folder Here --label one --if-version 1',
  'audience edit NAME --folder There --if-version 1',
  'audience edit NAME',
  'audience create NAME --rule -',
  'audience create NAME2 --rule - --folder Made --description cancer',
  'audience create NAME3 --by-hand',
  'audience create NAME4 --by-events',
  'audience create NAME5 --rule - --integration nobody',
  'audience create NAME6 --rule - --by-hand',
  'plan NAME',
  'sync NAME --strict',
  'audience replay NAME',
  'audience reset NAME',
  'audience reset NAME --yes',
  'model sync NAME',
  'key create --write --name NAME',
  'key create --role viewer --name NAME --days 3 --database main --personal-data',
])('%s', async (words) => {
  for (const more of [[], ['--json']]) {
    const asked = (name: string) => {
      const made = words.startsWith('audience create') && more.length > 0 ? `${name}-j` : name;
      return [...words.replace('NAME', made).split(' '), ...more];
    };
    const input = JSON.stringify(gold);
    const remote = await served(there(asked('lefty'), input));
    const local = await here(asked('righty'), input);
    expect(alike(remote, 'lefty')).toEqual(alike(local, 'righty'));
  }
});

it('lists models with what their last runs did', async () => {
  for (const args of [
    ['model', 'list'],
    ['model', 'list', '--json'],
  ]) {
    expect(comparable(await there(args))).toEqual(comparable(await here(args)));
  }
});

it('takes a no, and forgets, with the same report', async () => {
  for (const [words, more] of [
    ['consent WHO --no --source phone', []],
    ['consent WHO --yes', ['--json']],
    ['forget WHO', []],
    ['forget WHO', ['--json']],
  ] as const) {
    const asked = (who: string) => [...words.replace('WHO', who).split(' '), ...more];
    desk.place.clock.nowMs += 60_000;
    const remote = await there(asked('C-1005'));
    expect(alike(remote, 'C-1005')).toEqual(alike(await here(asked('C-1006')), 'C-1006'));
  }
});
