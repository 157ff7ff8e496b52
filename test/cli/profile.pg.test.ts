import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../support/postgres.ts';
import { type Desk, openDesk } from './_muster.ts';

let desk: Desk;
let database: Awaited<ReturnType<typeof testDatabase>>;

beforeAll(async () => {
  database = await testDatabase();
  desk = await openDesk({ DATABASE_URL: database.url });
});

afterAll(async () => {
  await desk[Symbol.asyncDispose]();
  await database.drop();
});

interface Profile {
  readonly consent: boolean | null;
  readonly identifiers: Record<string, unknown>;
  readonly traits: Record<string, unknown>;
  readonly saidAt: Record<string, string>;
}

const show = (id: string) => desk.json<Profile>(['profile', 'show', id]);

async function search(...args: string[]): Promise<string[]> {
  const { stdout } = await desk.muster(['profile', 'search', ...args]);
  return stdout.split('\n').filter((line) => line !== '');
}

it('adds a person by hand, changes one, and keeps what is not named', async () => {
  const said = ['email=["a@example.com","b@example.com"]', 'zip=01234', 'age=41', 'consent=no'];
  await desk.json(['profile', 'add', 'C-1', ...said]);
  await desk.json(['profile', 'add', 'C-1', 'age=42', 'zip=']);
  const { consent, identifiers, traits, saidAt } = await show('C-1');
  expect(consent).toBe(false);
  expect(identifiers).toEqual({ email: ['a@example.com', 'b@example.com'] });
  expect(traits).toEqual({ age: 42, consent: 'no' });
  expect(Object.keys(saidAt)).toEqual(expect.arrayContaining(['age', 'email', 'zip']));
});

it('adds to whom a file brought', async () => {
  const file = 'customer_id,email,plan\nC-2,c@example.com,gold\n';
  await writeFile(`${desk.directory}/people.csv`, file);
  await desk.json(['import', `${desk.directory}/people.csv`]);
  await desk.json(['profile', 'add', 'C-2', 'city=Köln']);
  expect(await show('C-2')).toMatchObject({
    ...{ identifiers: { email: 'c@example.com', city: 'Köln' }, traits: { plan: 'gold' } },
  });
});

it('finds people by identifier, trait and rule', async () => {
  expect(await search('--trait', 'email=b@example.com')).toEqual(['C-1']);
  expect(await search('--trait', 'plan=gold', '--trait', 'city=Köln')).toEqual(['C-2']);
  expect(await search('--trait', 'plan=nobody')).toEqual([]);
  expect((await desk.muster(['profile', 'search'])).code).toBe(2);
});

it('deletes a person, who is not there any more', async () => {
  await desk.json(['profile', 'delete', 'C-1']);
  expect((await desk.muster(['profile', 'show', 'C-1'])).stderr).toMatch(/PROFILE_UNKNOWN/);
  expect((await desk.muster(['profile', 'delete', 'C-1'])).code).toBe(2);
  expect(await search('--trait', 'age=42')).toEqual([]);
});

it('refuses an id that could not be sent', async () => {
  const { code, stderr } = await desk.muster(['profile', 'add', 'x'.repeat(1_001), 'a=b']);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/INGEST_CALL_REFUSED.*1000 bytes/)]);
});
