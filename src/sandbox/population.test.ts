import { expect, test } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import { directoryForTest, hash, openForTest, type Opened, origin } from './_opened.ts';
import { type Person, personOf } from './person.ts';

const dayMs = 86_400_000;

async function listPeople({ sandbox }: Opened, limit = 400): Promise<Person[]> {
  const text = await (await sandbox.fetch(`${origin}/_sandbox/people?limit=${limit}`)).text();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Person);
}

function knownEmails({ emails }: Person): string[] {
  return emails.filter(({ isKnown }) => isKnown).map(({ value }) => value);
}

function withTwoEmails(people: readonly Person[]): Person {
  return must(
    people.find((person) => knownEmails(person).length > 1),
    'somebody with two known e-mails',
  );
}

async function matched({ truth }: Opened, audience: string): Promise<number> {
  return (await truth(audience)).peopleMatched;
}

test('somebody leaves by another e-mail of theirs, which no row ever had; the row is still told', async () => {
  const opened = await openForTest();
  const { createAudience, add, remove, truth } = opened;
  const person = withTwoEmails(await listPeople(opened));
  const [first = '', second = ''] = knownEmails(person);
  const id = await createAudience();
  await add(id, ['EMAIL'], [[hash(first)]]);
  expect(await truth(id)).toMatchObject({ rowsHeld: 1, peopleMatched: 1 });
  await add(id, ['EMAIL'], [[hash(second)]]);
  expect(await truth(id)).toMatchObject({ rowsHeld: 2, peopleMatched: 1 });
  expect(await opened.ask(`audiences/${id}/people`)).toEqual({
    peopleMatched: 1,
    listed: { count: 1, people: [person.number] },
    others: 0,
  });
  await remove(id, ['EMAIL'], [[hash(second)]]);
  expect(await truth(id)).toMatchObject({ rowsHeld: 1, peopleMatched: 0 });
  // Saying the same again brings them back: adding is a matter of people, not of rows.
  await add(id, ['EMAIL'], [[hash(first)]]);
  expect(await truth(id)).toMatchObject({ rowsHeld: 1, peopleMatched: 1 });
});

test('a removal by a value that the network does not know removes nobody', async () => {
  const opened = await openForTest();
  const people = await listPeople(opened);
  const person = must(
    people.find(({ emails, isOnNetwork }) => isOnNetwork && emails.some((one) => !one.isKnown)),
    'somebody with an e-mail that is not known',
  );
  const [known = ''] = knownEmails(person);
  const unknown = must(
    person.emails.find(({ isKnown }) => !isKnown),
    'an e-mail',
  ).value;
  const id = await opened.createAudience();
  await opened.add(id, ['EMAIL'], [[hash(known)], [hash(unknown)]]);
  expect(await opened.truth(id)).toMatchObject({ rowsHeld: 2, peopleMatched: 1 });
  await opened.remove(id, ['EMAIL'], [[hash(unknown)]]);
  expect(await opened.truth(id)).toMatchObject({ rowsHeld: 1, peopleMatched: 1 });
});

test('a phone that two of a household have is known as one’s, and takes that one out', async () => {
  const opened = await openForTest();
  const people = await listPeople(opened, 2_000);
  const isFound = (person: Person) => person.isOnNetwork && knownEmails(person).length > 0;
  const couple = must(
    people.find((person, at) => {
      const other = people[at + 1];
      const shared = person.phones.at(-1)?.value;
      const isShared = other?.phones.some(({ value }) => value === shared) === true;
      return at % 2 === 0 && isShared && isFound(person) && isFound(other);
    }),
    'a household with one phone',
  );
  const other = must(people[couple.number + 1], 'the other one');
  const phone = couple.phones.at(-1)?.value ?? '';
  const id = await opened.createAudience();
  const rows = [couple, other].map((person) => [hash(knownEmails(person)[0] ?? ''), hash(phone)]);
  await opened.add(id, ['EMAIL', 'PHONE'], rows);
  expect(await opened.truth(id)).toMatchObject({ rowsHeld: 2, peopleMatched: 2 });
  await opened.remove(id, ['PHONE'], [[hash(phone)]]);
  // By the rule of rows both are gone; of the people, the one whose phone Meta thinks it is.
  expect(await opened.truth(id)).toMatchObject({ rowsHeld: 0, peopleMatched: 1 });
  const { listed } = await opened.ask<{ listed: object }>(`audiences/${id}/people`);
  expect(listed).toEqual({ count: 1, people: [other.number] });
});

test('names find somebody with a postcode, a city or a birth date beside them, the former name too', async () => {
  const opened = await openForTest();
  const person = must(
    (await listPeople(opened)).find((one) => one.isOnNetwork && one.lastNames.length > 1),
    'somebody with two names',
  );
  const { firstName, lastNames, zip, city, state, birthDate } = person;
  const hashed = (text: string) => hash(text.toLowerCase().replaceAll(' ', ''));
  const names = lastNames.map((lastName) => [hashed(firstName), hashed(lastName)]);
  const [present = [], former = []] = names;
  const ways: [string[], string[]][] = [
    [
      ['FN', 'LN', 'ZIP'],
      [...present, hash(zip)],
    ],
    [
      ['FN', 'LN', 'ZIP'],
      [...former, hash(zip)],
    ],
    [
      ['FN', 'LN', 'CT', 'ST'],
      [...present, hashed(city), hashed(state)],
    ],
    [
      ['FN', 'LN', 'DOBY', 'DOBM', 'DOBD'],
      [...present, ...birthDate.split('-').map(hash)],
    ],
  ];
  for (const [schema, row] of ways) {
    const id = await opened.createAudience();
    await opened.add(id, schema, [row]);
    const { listed } = await opened.ask<{ listed: object }>(`audiences/${id}/people`);
    expect(listed).toEqual({ count: 1, people: [person.number] });
  }
  const id = await opened.createAudience();
  await opened.add(id, ['FN', 'LN'], [present]);
  expect(await matched(opened, id)).toBe(0);
});

test('an external id finds whom it came with, in its own ad account and for 90 days', async () => {
  const opened = await openForTest();
  const { add, remove, call, clock, sandbox } = opened;
  const person = withTwoEmails(await listPeople(opened));
  const [first = '', second = ''] = knownEmails(person);
  const teach = () => add(teacher, ['EXTERN_ID', 'EMAIL'], [['c-1', hash(first)]]);
  const teacher = await opened.createAudience('Teacher');
  const id = await opened.createAudience('By e-mail');
  await add(id, ['EMAIL'], [[hash(second)]]);
  await remove(id, ['EXTERN_ID'], [['c-1']]);
  expect(await matched(opened, id)).toBe(1);

  await teach();
  await remove(id, ['EXTERN_ID'], [['c-1']]);
  expect(await matched(opened, id)).toBe(0);
  const byId = await opened.createAudience('By id');
  await add(byId, ['EXTERN_ID'], [['c-1']]);
  expect(await matched(opened, byId)).toBe(1);

  const elsewhere = sandbox.adAccounts[1]?.id ?? '';
  const params = { name: 'B', subtype: 'CUSTOM', customer_file_source: 'USER_PROVIDED_ONLY' };
  const other = (await call('POST', `${elsewhere}/customaudiences`, params)).body.id;
  await add(other, ['EMAIL'], [[hash(first)]]);
  await remove(other, ['EXTERN_ID'], [['c-1']]);
  expect(await matched(opened, other)).toBe(1);

  clock.now += 90 * dayMs;
  await remove(byId, ['EXTERN_ID'], [['c-1']]);
  expect(await opened.truth(byId)).toMatchObject({ rowsHeld: 0, peopleMatched: 1 });
});

test('who was listed is found after a restart, and nobody’s draw has changed', async () => {
  const directory = directoryForTest();
  const first = await openForTest({ directory });
  const people = await listPeople(first);
  const person = withTwoEmails(people);
  const [email = '', second = ''] = knownEmails(person);
  const id = await first.createAudience();
  await first.add(id, ['EMAIL'], [[hash(email)]]);
  await first.sandbox.close();
  const again = await openForTest({ directory });
  expect(await listPeople(again)).toEqual(people);
  await again.remove(id, ['EMAIL'], [[hash(second)]]);
  expect(await again.truth(id)).toMatchObject({ rowsHeld: 1, peopleMatched: 0 });
});

test('most of the population is found, each once, and an emptied audience holds nobody', async () => {
  const opened = await openForTest();
  const people = await listPeople(opened, 2_000);
  const id = await opened.createAudience();
  const rows = people.flatMap(({ emails }) => emails.map(({ value }) => [hash(value)]));
  await opened.add(id, ['EMAIL'], rows);
  const expected = people.filter((person) => knownEmails(person).length > 0).length;
  expect(await matched(opened, id)).toBe(expected);
  expect(expected).toBeGreaterThan(1_400);
  await opened.remove(id, ['EMAIL'], rows);
  expect(await opened.truth(id)).toMatchObject({ rowsHeld: 0, peopleMatched: 0 });
});

test('ten million are there to be asked for, each with values of their own', async () => {
  const numbers = [0, 1, 2, 4_999_999, 9_999_998, 9_999_999];
  const people = numbers.map((number) => personOf(5, number));
  expect(people).toEqual(numbers.map((number) => personOf(5, number)));
  expect(personOf(6, 0)).not.toEqual(people[0]);
  const emails = people.flatMap((person) => person.emails.map(({ value }) => value));
  expect(new Set(emails).size).toBe(emails.length);

  const { sandbox } = await openForTest();
  const last = await sandbox.fetch(`${origin}/_sandbox/people?from=9999999&limit=10`);
  expect((await last.text()).trimEnd().split('\n')).toHaveLength(1);
  for (const query of ['from=10000000', 'limit=100001', 'from=-1', 'limit=many']) {
    expect((await sandbox.fetch(`${origin}/_sandbox/people?${query}`)).status).toBe(400);
  }
});

test('people come as a file that can be imported', async () => {
  const { sandbox } = await openForTest();
  const answer = await sandbox.fetch(`${origin}/_sandbox/people?limit=3&format=csv`);
  const [header = '', ...lines] = (await answer.text()).trimEnd().split('\n');
  expect(header.startsWith('customer_id,email,phone,first_name,last_name,')).toBe(true);
  expect(lines.map((line) => line.split(',').length)).toEqual([14, 14, 14]);
  expect(lines[0]).toMatch(/^p-0,[a-z.]+\.[0-9a-z]+@example\.com,/);
});
