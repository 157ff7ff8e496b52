import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planColumns } from '#sources/columns.ts';
import { openBytes } from '#sources/bytes.ts';
import { openCsv } from '#sources/csv.ts';
import { TraitTypeGuess } from '#sources/trait-type.ts';
import { sampleCsv, samplePeople } from './sample.ts';
import { changeSample } from './sample-change.ts';

const setting = { seed: 7, today: '2026-11-22' };
const people = samplePeople(setting, 20_000);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-sample-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('the sample', () => {
  it('is the same for the same seed and day, and another for another', () => {
    expect(samplePeople(setting, 500)).toEqual(people.slice(0, 500));
    expect(samplePeople({ ...setting, seed: 8 }, 500)).not.toEqual(people.slice(0, 500));
  });

  it('gives everybody an id of their own', () => {
    expect(new Set(people.map((person) => person.customer_id)).size).toBe(20_000);
  });

  it('uses only addresses and numbers that reach nobody', () => {
    // National numbers reserved for fiction: see _countries.ts for the sources.
    const reserved =
      /^(?:3023125|6990009|4066969|2214710|8999998)\d{3}$|^(?:19900|26191|35301|46571|53649)\d{4}$|^[2-9]\d{2}55501\d{2}$|^(?:2079460|1134960|1154960|1174960|1314960|1614960)\d{3}$|^[27]5550\d{4}$|^[38]7010\d{4}$/;
    const lookAt = changeSample(people, setting, { share: 0.05, round: 1 }).people;
    const everybody = [...people, ...lookAt];
    const domains = new Set(
      everybody.flatMap(({ email }) => email.toLowerCase().split('@')[1]?.trim() ?? []),
    );
    expect(domains).toEqual(new Set(['', 'example.com', 'example.org', 'example.net']));
    const reachable = everybody
      .map(({ phone }) => phone.replaceAll(/\D/g, ''))
      .filter((digits) => /[1-9]/.test(digits))
      .filter((digits) => {
        const bare = digits.replace(/^0+/, '');
        const national = bare.replace(/^(?:49|33|44|61)0?|^1/, '');
        return !reserved.test(bare) && !reserved.test(national);
      });
    expect(reachable).toEqual([]);
  });

  it('is messy in every identifier: left out, unusable, in many spellings', () => {
    const share = (test: (person: (typeof people)[number]) => boolean) =>
      people.filter(test).length / people.length;
    for (const column of ['email', 'phone', 'first_name', 'birthdate', 'gender', 'zip'] as const) {
      expect(share((person) => person[column] === '')).toBeGreaterThan(0.02);
    }
    expect(share(({ email }) => email !== '' && !/@./.test(email))).toBeGreaterThan(0.005);
    expect(share(({ phone }) => phone !== '' && !/[1-9]/.test(phone))).toBeGreaterThan(0.005);
    expect(share(({ birthdate }) => /^0000|-02-30|^31\.04|^2191/.test(birthdate))).toBeGreaterThan(
      0.003,
    );
    expect(share(({ last_name }) => /[À-ž]/.test(last_name))).toBeGreaterThan(0.1);
    expect(share(({ email }) => email !== email.trim())).toBeGreaterThan(0.02);
    const phoneForms = new Set(people.map(({ phone }) => phone.replaceAll(/\d/g, '9')));
    expect(phoneForms.size).toBeGreaterThan(20);
    const countries = new Set(people.map(({ country }) => country));
    expect(countries.size).toBeGreaterThan(25);
    const mailboxes = people.map(({ email }) => email.trim().toLowerCase()).filter(Boolean);
    expect(mailboxes.length - new Set(mailboxes).size).toBeGreaterThan(50);
  });

  it('holds enough people for each audience of the demo', () => {
    const lapsed = people.filter(
      ({ last_order_at }) => last_order_at !== '' && last_order_at < '2026-05-26',
    );
    const highValue = people.filter(
      ({ market, total_spent }) =>
        ['DE', 'FR', 'US'].includes(market) && Number(total_spent) >= 500,
    );
    const waiting = people.filter(
      ({ newsletter, orders }) => newsletter === 'true' && orders === '0',
    );
    expect(lapsed.length).toBeGreaterThan(3000);
    expect(highValue.length).toBeGreaterThan(1000);
    expect(waiting.length).toBeGreaterThan(2000);
    expect(people.every(({ last_order_at }) => last_order_at < '2026-11-22')).toBe(true);
  });

  it('is a file that is read whole, with the columns that rules need', async () => {
    const path = join(folder, 'sample.csv');
    await writeFile(path, sampleCsv(people));
    const file = openCsv(await openBytes(path));
    const plan = planColumns(file.header);
    const types = new Map(plan.traits.map(({ header }) => [header, new TraitTypeGuess()]));
    let rows = 0;
    for await (const batch of file.batches()) {
      expect(batch.rejected).toEqual([]);
      rows += batch.rows.length;
      for (const row of batch.rows) {
        for (const { column, header } of plan.traits) types.get(header)?.add(row[column] ?? '');
      }
    }
    expect(rows).toBe(20_000);
    expect(plan.fields.map(({ header }) => header)).toEqual([
      ...['email', 'phone', 'first_name', 'last_name', 'birthdate', 'gender', 'city', 'state'],
      ...['zip', 'country'],
    ]);
    expect(plan.consent).toMatchObject([{ header: 'marketing_consent' }]);
    expect([...types].map(([header, guess]) => `${header}: ${guess.type}`)).toEqual([
      'market: text',
      'plan: text',
      'last_order_at: date',
      'orders: number',
      'total_spent: number',
      'newsletter: boolean',
    ]);
  });
});

describe('the changed sample', () => {
  const { changes, people: later } = changeSample(people, setting, { share: 0.01, round: 1 });
  const before = new Map(people.map((person) => [person.customer_id, person]));

  it('differs in the share asked for, one change a person', () => {
    const differing = later.filter((person) => before.get(person.customer_id) !== person);
    const gone = people.length - later.filter(({ customer_id }) => before.has(customer_id)).length;
    expect(differing.length + gone).toBe(200);
    expect(Object.values(changes)).toEqual(Array.from({ length: 8 }, () => 25));
    expect(gone).toBe(25);
    expect(later).toHaveLength(20_000);
    expect(new Set(later.map(({ customer_id }) => customer_id)).size).toBe(20_000);
  });

  it('is the same again, another in another round, and leaves the first one alone', () => {
    expect(changeSample(people, setting, { share: 0.01, round: 1 }).people).toEqual(later);
    expect(changeSample(people, setting, { share: 0.01, round: 2 }).people).not.toEqual(later);
    expect(samplePeople(setting, 20_000)).toEqual(people);
  });

  it('changes what each change says and nothing else', () => {
    const columns = new Map<string, number>();
    for (const person of later) {
      const old = before.get(person.customer_id);
      if (old === undefined || old === person) continue;
      const changed = Object.entries(person)
        .filter(([column, cell]) => old[column as keyof typeof old] !== cell)
        .map(([column]) => column);
      expect(changed).not.toEqual([]);
      const kind = changed.includes('marketing_consent') ? 'consent' : (changed[0] ?? '');
      columns.set(kind, (columns.get(kind) ?? 0) + 1);
      if (kind === 'consent') expect(person).toMatchObject({ newsletter: 'false' });
    }
    expect(columns.get('email')).toBe(25);
    expect(columns.get('phone')).toBe(25);
    expect(columns.get('last_order_at')).toBe(50);
    expect(columns.get('consent')).toBe(25);
  });

  it('changes nobody for a share of nothing', () => {
    expect(changeSample(people, setting, { share: 0, round: 1 }).people).toEqual(people);
  });
});
