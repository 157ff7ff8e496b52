import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InspectReport } from '#sync/inspect.ts';
import type { ImportReport } from '#sync/reports.ts';
import { testDatabase } from '../support/postgres.ts';
import { type Desk, onlyDocument, openDesk } from './_muster.ts';

let desk: Desk;
let database: Awaited<ReturnType<typeof testDatabase>>;
let path: string;

const people = [
  'id,email,phone,Contact,birthday',
  '1,mary@firm.de,0171 2345678,a@firm.de,03/04/1990',
  '2,no mail,0171 2345679,b@firm.de,1990-05-06',
  '3,,+49 171 2345670,c@firm.de,',
  '5',
  '4,,,,',
];

beforeAll(async () => {
  database = await testDatabase();
  desk = await openDesk({ DATABASE_URL: database.url });
  path = join(desk.directory, 'people.csv');
  await writeFile(path, `${people.join('\n')}\n`);
});
afterAll(async () => {
  await desk[Symbol.asyncDispose]();
  await database.drop();
});

describe('a file', () => {
  it('is reported for people: what, why, where, how much more, and what next', async () => {
    const { code, stdout } = await desk.muster(['inspect', path]);
    expect(code).toBe(0);
    const page = stdout.replaceAll(/ +/g, ' ');
    for (const line of [
      '4 people in',
      'enough to match 2 50 %',
      'external id alone 2 50 %',
      'email email 1 25 % 2 1',
      'phone phone 1 25 % 1 2',
      'email no @ 1 aa aaaa (line 3)',
      '1 cell instead of 5 1 row the first in line 5',
      'Column Contact looks like e-mail addresses: --map EMAIL=email,EMAIL=Contact',
      '--country DE +2 phones',
      '1 birth dates that can be read in two ways: export them as',
      `Next: muster inspect ${path} --map EMAIL=email,EMAIL=Contact --country DE`,
    ]) {
      expect(page).toContain(line);
    }
    expect(page).not.toMatch(/mary|2345678|1990-05-06/);
  });

  it('leads to its import once nothing more can be gained', async () => {
    const args = ['inspect', path, '--map', 'EMAIL=Contact', '--country', 'Germany'];
    const { stdout } = await desk.muster(args);
    expect(stdout).toContain(`Next: muster import ${path} --map EMAIL=Contact --country Germany`);
  });

  it('needs no database', async () => {
    const alone = await openDesk({ DATABASE_URL: 'postgres://127.0.0.1:1/nobody' });
    await using _ = alone;
    const report = await alone.json<InspectReport & { seconds: number }>(['inspect', path]);
    expect(report).toMatchObject({ file: path, database: null, people: 4 });
    expect(report.seconds).toBeGreaterThan(0);
    expect(existsSync(join(alone.directory, 'postgres'))).toBe(false);
  });
});

describe('a database', () => {
  beforeAll(async () => {
    await desk.json<ImportReport>(['import', path]);
  });

  it('comes to what its file came to', async () => {
    const ofFile = await desk.json<InspectReport>(['inspect', path]);
    const report = await desk.json<InspectReport>(['inspect', '--database', 'main']);
    expect(report).toMatchObject({ file: null, database: 'main', columns: null, rejected: [] });
    expect(report.gains).toEqual([{ defaultCountry: 'DE', phones: 2 }]);
    const counts = ({ keys }: InspectReport) =>
      keys.map(({ key, usable, missing, unusable }) => [key, usable, missing, unusable]);
    expect(counts(report)).toEqual(counts(ofFile));
  });

  it('shows what another default country would make of it, and changes nothing', async () => {
    const args = ['inspect', '--database', 'main', '--country', 'DE'];
    const phones = async (args: string[]) =>
      (await desk.json<InspectReport>(args)).keys.find(({ key }) => key === 'PHONE')?.usable;
    expect(await phones(args)).toBe(3);
    expect(await phones(args.slice(0, 3))).toBe(1);
  });

  it('says which import brings the gain', async () => {
    const { stdout } = await desk.muster(['inspect', '--database', 'main']);
    expect(stdout).toContain('Next: the next import with --country DE');
  });

  it('that is not there is refused', async () => {
    const { code, stdout } = await desk.muster(['inspect', '--database', 'nobody', '--json']);
    expect(code).toBe(2);
    expect(onlyDocument(stdout)).toMatchObject({ error: { code: 'DATABASE_UNKNOWN' } });
  });
});

it('an import counts the same defects by the same names', async () => {
  const file = join(desk.directory, 'defects.csv');
  const lines = [
    'id,email,phone,gender,madid',
    '1,098f6bcd4621d373cade4e832627b4f6,mary@firm.de,/,',
    '2,a94a8fe5ccb19ba61c4c0873d391e987982fbbd3,00000000,divers,',
    '3,a@firm.de,,,6915771be1c5aa0c886870b6951b03d7eafc121fea0e80a5ea83beb7c449f4ec',
    '4,NULL,-,,',
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  const { unusable } = await desk.json<ImportReport>(['import', file, '--database', 'defects']);
  expect(unusable).toEqual({
    EMAIL: {
      'email: an MD5 hash, Meta takes SHA-256 only': 1,
      'email: a SHA-1 hash, Meta takes SHA-256 only': 1,
      'email: a placeholder for an empty value': 1,
    },
    PHONE: { 'phone: an e-mail address': 1, 'phone: all zeros': 1, 'phone: only punctuation': 1 },
    GEN: { 'gender: only punctuation': 1, 'gender: neither male nor female': 1 },
    MADID: { 'mobile ad id: a hash, Meta takes it plain': 1 },
  });
  const { keys } = await desk.json<InspectReport>(['inspect', file]);
  const named = keys
    .filter(({ reasons }) => reasons.length > 0)
    .map(({ key, reasons }) => [
      key,
      Object.fromEntries(reasons.map(({ reason, count }) => [reason, count])),
    ]);
  expect(Object.fromEntries(named)).toEqual(unusable);
});

describe('wrong use', () => {
  it.each([
    [['inspect']],
    [['inspect', 'x.csv', '--database', 'main']],
    [['inspect', '--database', 'main', '--map', 'EMAIL=x']],
    [['inspect', 'x.csv', '--country', 'Atlantis']],
    [['inspect', 'there-is-none.csv']],
  ])('%j', async (args) => {
    const { code, stdout, stderr } = await desk.muster(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^Next: .+\.$/m);
  });
});
