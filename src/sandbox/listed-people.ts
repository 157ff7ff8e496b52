import { hash } from 'node:crypto';
import type { StatementSync } from 'node:sqlite';
import { type Known, type Person, personOf } from './person.ts';
import { columnsOf, createPacker, nameNumbersOf, type PackedRow } from './row-format.ts';
import type { State } from './state.ts';
import { plainWireKeys, type WireKey } from './wire-keys.ts';

/**
 * The people of the population by what they can be known by. Somebody enters when they are first
 * listed: until then nobody can have any of their values, so nothing is missed.
 */
export interface ListedPeople {
  /** The people from one number up to another; from now on they are found. */
  list(from: number, past: number): Person[];
  readonly isEmpty: boolean;
  /** Whose each of these numbers is. */
  find(numbers: readonly number[]): (number: number) => Holder | undefined;
}

export interface Holder {
  readonly person: number;
  /** Whether the network knows it as theirs. */
  readonly isKnown: boolean;
}

export function createListedPeople(state: State, seed: number): ListedPeople {
  const { db, sql, transact } = state;
  const insert = db.prepare('insert or ignore into listed_key (hash, person) values (?, ?)');
  const find = db.prepare(`
    select k.hash, k.person from json_each(?) cross join listed_key k on k.hash = value`);
  find.setReturnArrays(true);
  let isEmpty = sql.get`select 1 from listed_people` === undefined;
  return {
    get isEmpty() {
      return isEmpty;
    },
    list(from, past) {
      const people = Array.from({ length: past - from }, (_, at) => personOf(seed, from + at));
      const isListed = sql.get`
        select 1 from listed_people where first <= ${from} and past >= ${past}`;
      if (isListed !== undefined) return people;
      transact(() => {
        for (const [number, holder] of keysOf(people)) insert.run(number, holder);
        sql.run`insert or replace into listed_people (first, past) values (${from}, max(${past},
          coalesce((select past from listed_people where first = ${from}), 0)))`;
      });
      isEmpty = false;
      return people;
    },
    find: (numbers) => holdersBy(find, numbers),
  };
}

function holdersBy(
  statement: StatementSync,
  numbers: readonly number[],
): (number: number) => Holder | undefined {
  const sorted = Float64Array.from(numbers).sort();
  const found = new Map<number, Holder>();
  const rows = statement.all(`[${sorted.join(',')}]`) as unknown as [number, number][];
  for (const [number, holder] of rows) {
    const isKnown = holder % 2 === 1;
    if (isKnown || !found.has(number))
      found.set(number, { person: Math.floor(holder / 2), isKnown });
  }
  return (number) => found.get(number);
}

/** Every number a person can be known by, with the person's own and whether it is known, sorted. */
function keysOf(people: readonly Person[]): [number, number][] {
  const keys: [number, number][] = [];
  const put = (numbers: readonly number[], { number }: Person, isKnown: boolean) => {
    for (const one of numbers) keys.push([one, number * 2 + (isKnown ? 1 : 0)]);
  };
  const single = (key: WireKey) => {
    const pack = createRowMaker([key]);
    return (person: Person, { value, isKnown }: Known) =>
      put(pack([value]).values, person, isKnown);
  };
  const [putEmail, putPhone, putMadid] = [single('EMAIL'), single('PHONE'), single('MADID')];
  const packNames = createRowMaker(nameColumns);
  for (const person of people) {
    for (const email of person.emails) putEmail(person, email);
    for (const phone of person.phones) putPhone(person, phone);
    if (person.madid !== null) putMadid(person, person.madid);
    for (const lastName of person.lastNames) {
      const { body } = packNames(namesOf(person, lastName));
      put(nameNumbersOf(body), person, person.isOnNetwork);
    }
  }
  return keys.sort(([one], [other]) => one - other);
}

const nameColumns: readonly WireKey[] = ['FN', 'LN', 'ZIP', 'CT', 'ST', 'DOBY', 'DOBM', 'DOBD'];

function namesOf(person: Person, lastName: string): string[] {
  const { firstName, zip, city, state, birthDate } = person;
  const words = [firstName, lastName, zip, city, state].map((word) =>
    word.toLowerCase().replaceAll(' ', ''),
  );
  return [...words, ...birthDate.split('-')];
}

/** Hashes and packs values the way an upload of them would be. */
function createRowMaker(schema: readonly WireKey[]): (values: readonly string[]) => PackedRow {
  const pack = createPacker(columnsOf(schema));
  const isPlain = schema.map((key) => plainWireKeys.has(key));
  return (values) => {
    const row = pack(values.map((value, at) => (isPlain[at] === true ? value : sha256(value))));
    if (typeof row === 'string') throw new Error(`A person of ours makes no row: ${row}`);
    return row;
  };
}

function sha256(text: string): string {
  return hash('sha256', text);
}
