import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ImportReport, PlanReport, SyncReport } from '#sync/reports.ts';
import { testDatabase } from '../support/postgres.ts';
import { type Desk, openDesk } from './_muster.ts';

/** How values are read, and who is enough: set by command, told to Meta where it changes something. */
let desk: Desk;
let database: Awaited<ReturnType<typeof testDatabase>>;
let url: string;

beforeAll(async () => {
  database = await testDatabase();
  desk = await openDesk({ DATABASE_URL: database.url, MUSTER_SETTLE_MS: '10' });
  const { firstLine } = await desk.start(['sandbox', '--port', '0']);
  ({ url } = JSON.parse(firstLine) as { url: string });
  await desk.json(['connect', '--sandbox']);
  const path = join(desk.directory, 'people.csv');
  await writeFile(
    path,
    [
      'id,email,first_name,last_name,birthday,city,country',
      '1,ann@x.org,Ann,Lee,03/04/1990,München,DE',
      '2,bob@x.org,,,1990-05-06,Paris,',
      'carl@x.org,-,,,,,',
      '4,,,,,,\n',
    ].join('\n'),
  );
  const report = await desk.json<ImportReport>(['import', path]);
  expect(report).toMatchObject({ idsHashed: 1, mirrorSkipped: false });
  const rule = '{"not":{"trait":"nothing","op":"exists"}}';
  await desk.muster(['audience', 'create', 'all', '--rule', '-'], rule);
});
afterAll(async () => {
  await desk[Symbol.asyncDispose]();
  await database.drop();
});

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The cells of everybody at the sandbox: by external id, in the order of the wire. */
async function rowsAt(metaAudienceId: string | null): Promise<Map<string, string[]>> {
  const text = await (await fetch(`${url}/_sandbox/audiences/${metaAudienceId}/rows`)).text();
  const rows = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as string[]);
  return new Map(rows.map((cells) => [cells[0] ?? '', cells]));
}

async function sync(): Promise<SyncReport> {
  return await desk.json<SyncReport>(['sync', 'all']);
}

const [month, city] = [4, 10] as const;

it('holds an ambiguous date back, lists it, and reads it once somebody says how', async () => {
  const first = await sync();
  expect(first).toMatchObject({ state: 'partial', added: 2, badRequests: 2 });
  expect((await rowsAt(first.metaAudienceId)).get('1')?.[month]).toBe('');
  const listed = (await desk.muster(['audience', 'rejected', 'all'])).stdout.trim().split('\n');
  expect(listed.toSorted()).toEqual([
    '1\tBad Request\tbirth.day\tbirth date: day and month could be swapped',
    '1\tBad Request\tbirth.month\tbirth date: day and month could be swapped',
    '4\trejected: not enough identifiers',
    'carl@x.org\tBad Request\temail\temail: only punctuation',
    'carl@x.org\trejected: not enough identifiers',
  ]);
  const set = [
    'database',
    'set',
    'main',
    '--date-order',
    'day-first',
    '--place-accents',
    'dropped',
  ];
  expect(await desk.json(set)).toMatchObject({ changed: true, profiles: 4 });
  expect(await desk.json(set)).toMatchObject({ changed: false });
  // Bob's row comes out as it was, so he is not told again.
  expect(await desk.json<PlanReport>(['plan', 'all'])).toMatchObject({ adds: 0, updates: 1 });
  const second = await sync();
  expect(second).toMatchObject({ added: 0, removed: 0, accepted: 1 });
  const ann = (await rowsAt(second.metaAudienceId)).get('1');
  expect([ann?.[month], ann?.[city]]).toEqual([sha('04'), sha('mnchen')]);
});

it('sends an external id alone where the integration allows it, and an address never plain', async () => {
  const allow = async (word: string) =>
    await desk.json(['integration', 'set', 'sandbox', '--external-id-allowed', word]);
  await allow('yes');
  const wide = await sync();
  expect(wide).toMatchObject({ added: 2, heldBack: { notEnoughIdentifiers: 0 } });
  const rows = await rowsAt(wide.metaAudienceId);
  expect([...rows.keys()].toSorted()).toEqual(['1', '2', '4', sha('carl@x.org')].toSorted());
  await allow('no');
  expect(await sync()).toMatchObject({ removed: 2, heldBack: { notEnoughIdentifiers: 2 } });
});

it('sends hashed ids to everybody once it is set, and nobody falls out', async () => {
  const { code, stderr } = await desk.muster([
    'database',
    'set',
    'main',
    '--external-id',
    'sha256',
  ]);
  expect(code).toBe(0);
  expect(stderr).toContain('tells everybody anew');
  const report = await sync();
  expect(report).toMatchObject({ added: 0, removed: 0 });
  const ids = [...(await rowsAt(report.metaAudienceId)).keys()].toSorted();
  expect(ids).toEqual([sha('1'), sha('2')].toSorted());
});

it('refuses what is no choice', async () => {
  const wrong = await desk.muster(['database', 'set', 'main', '--date-order', 'american']);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('not one of held-back, day-first, month-first');
  expect((await desk.muster(['database', 'set', 'main'])).code).toBe(2);
  const neither = ['integration', 'set', 'sandbox', '--external-id-allowed', 'maybe'];
  expect((await desk.muster(neither)).code).toBe(2);
});
