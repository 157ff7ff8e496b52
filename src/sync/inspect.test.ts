import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inspectFile, type InspectReport } from './inspect.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'muster-inspect-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

type Options = Partial<Parameters<typeof inspectFile>[0]>;

async function inspect(lines: readonly string[], options: Options = {}): Promise<InspectReport> {
  const path = join(directory, 'people.csv');
  await writeFile(path, `${lines.join('\n')}\n`);
  return await inspectFile({ path, country: null, normalising: {}, ...options }, 2026, () => {});
}

const keyOf = (report: InspectReport, key: string) => report.keys.find((one) => one.key === key);

describe('inspecting a file', () => {
  it('reads the columns as an import does, and says what they are for', async () => {
    const report = await inspect(['id,E-Mail,plan,consent', '1,a@firm.de,gold,yes']);
    expect(report.columns).toEqual({
      id: 'id',
      mapped: { 'E-Mail': 'email' },
      others: ['consent', 'plan'],
      hints: [],
    });
    expect(report).toMatchObject({ people: 1, withNothing: 0, withExternalIdOnly: 0 });
  });

  it('takes columns by hand', async () => {
    const report = await inspect(['nr,contact,email', '7,a@firm.de,no'], {
      id: 'nr',
      map: 'EMAIL=contact',
    });
    expect(keyOf(report, 'EMAIL')).toMatchObject({ usable: 1, unusable: 0 });
    expect(keyOf(report, 'EXTERN_ID')).toMatchObject({ usable: 1 });
    expect(report.columns?.others).toEqual(['email']);
  });

  it('refuses a file without an id column, as an import does', async () => {
    await expect(inspect(['email', 'a@firm.de'])).rejects.toMatchObject({
      code: 'IMPORT_ID_MISSING',
    });
  });

  it('says on which lines the defects stand, also behind cells of several lines', async () => {
    const report = await inspect([
      'id,email,phone,note',
      '1,a@firm.de,a@firm.de,"two',
      'lines"',
      '2,098f6bcd4621d373cade4e832627b4f6,00000000,',
      '3,,a94a8fe5ccb19ba61c4c0873d391e987982fbbd3,',
    ]);
    const reasons = report.keys.flatMap((one) => one.reasons);
    expect(reasons.map(({ reason, examples }) => [reason, examples[0]?.line])).toEqual([
      ['email: an MD5 hash, Meta takes SHA-256 only', 4],
      ['phone: an e-mail address', 2],
      ['phone: all zeros', 4],
      ['phone: a SHA-1 hash, Meta takes SHA-256 only', 5],
    ]);
    expect(JSON.stringify(report)).not.toContain('a@firm');
  });

  it('names what an import would leave out; it is nobody here', async () => {
    const report = await inspect([
      'id,email',
      '1,a@firm.de',
      '2',
      ' ,b@firm.de',
      '3',
      '4,"a\nb",x',
    ]);
    expect(report.people).toBe(1);
    expect(report.rejected).toEqual([
      { reason: '1 cell instead of 2', count: 2, line: 3 },
      { reason: 'no id', count: 1, line: 4 },
      { reason: '3 cells instead of 2', count: 1, line: 6 },
    ]);
  });

  it('finds the address that thousands share, by its name', async () => {
    const people = Array.from({ length: 12_000 }, (_, i) =>
      i < 2_000 ? `${i},person${i}@firm.de` : `${i},${i % 2 === 0 ? 'test' : 'TEST'}@test.com`,
    );
    const report = await inspect(['id,email', ...people]);
    const [shared] = keyOf(report, 'EMAIL')?.repeated ?? [];
    expect(shared?.value).toBe('test@test.com');
    expect(shared?.atLeast).toBeGreaterThan(9_000);
    expect(shared?.atLeast).toBeLessThanOrEqual(10_000);
    expect(shared?.line).toBeGreaterThan(2_000);
  });

  it('says what a default country would bring, and it does', async () => {
    const lines = [
      'id,phone,country',
      '1,0171 2345678,',
      '2,0171 2345679,',
      '3,0171 2345670,DE',
      '4,/,',
      '5,+49 171 2345671,',
    ];
    const report = await inspect(lines);
    expect(report).toMatchObject({ defaultCountry: null, phonesWithoutCountry: 2 });
    expect(report.gains).toEqual([{ defaultCountry: 'DE', phones: 2 }]);
    const after = await inspect(lines, { country: 'DE' });
    expect(after).toMatchObject({ defaultCountry: 'DE', phonesWithoutCountry: 0, gains: [] });
    const usable = [report, after].map((one) => keyOf(one, 'PHONE')?.usable);
    expect(usable).toEqual([2, 4]);
  });

  it('notices columns of identifiers that nobody mapped', async () => {
    const report = await inspect([
      'id,Contact,Second,note,total',
      '1,a@firm.de,+49 171 2345678,see a@firm.de,1',
      '2,,0049 171 2345679,,2',
      '3,b@firm.de,,ok,3',
      '4,c@firm.de,+49 171 2345670,,4',
    ]);
    expect(report.columns?.hints).toEqual([
      { column: 'Contact', key: 'EMAIL' },
      { column: 'Second', key: 'PHONE' },
    ]);
  });
});
