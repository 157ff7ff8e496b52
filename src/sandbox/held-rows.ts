import { createKeyIndex, type IndexedRow, type KeyIndex } from './key-index.ts';
import { createListedMembers, type ListedMembers } from './listed-members.ts';
import type { Found, Population } from './population.ts';
import { rowsPerAudience } from './recent-keys.ts';
import { fingerprintOf, identityOf, numbersOf, type PackedRow } from './row-format.ts';
import type { State } from './state.ts';

/** The counters of one audience. `lastRow` counts every row that it ever took. */
export interface AudienceRows {
  readonly number: number;
  readonly account: string;
  readonly lastRow: number;
  readonly rowsHeld: number;
  readonly peopleMatched: number;
}

/**
 * What audiences hold. Adding replaces every held row whose identifying values the new row has all
 * of: the same person described anew. Removing takes every row that shares one of them. Where Meta
 * is silent the rule is ours; docs/sandbox.md says it to users. Both belong in a transaction.
 */
export interface HeldRows {
  add(audience: AudienceRows, rows: readonly PackedRow[], when: Arrival): AudienceRows;
  remove(audience: AudienceRows, rows: readonly PackedRow[]): AudienceRows;
  /** Lets the rows up to the `past`th go, and the listed people who came on a day or before. */
  expire(audience: AudienceRows, past: number, day: number): AudienceRows;
  /** At most `limit` rows behind the row id `after` (0 at first), in the order they came. */
  page(audience: number, after: number, limit: number): { id: number; body: Uint8Array }[];
  /** The listed people of an audience: how many, and at most `limit` of them behind a number. */
  people(audience: number, after: number, limit: number): { count: number; people: number[] };
  /** Forgets all rows of an audience, and whom they brought. */
  clear(audience: number): void;
}

/** When rows came, and whether one that is there already counts as come anew. */
interface Arrival {
  readonly day: number;
  readonly isRenewing: boolean;
}

/** Numbers of values are below this; above it the index keeps who else stands for a person. */
const personBase = 2 ** 48;

/** Keys in memory: about 40 MB at the most. */
const recentKeysMaxDefault = 250_000;

export function createHeldRows(
  state: State,
  population: Population,
  recentKeysMax = recentKeysMaxDefault,
): HeldRows {
  const { db } = state;
  const read = db.prepare('select id, person, body from held_row where id = ?');
  const insert = db.prepare('insert into held_row (id, person, body) values (?, ?, ?)');
  const erase = db.prepare('delete from held_row where id = ?');
  const page = db.prepare(
    'select id, body from held_row where id > ? and id < ? order by id limit ?',
  );
  const oldest = db.prepare(
    'select id, person, body from held_row where id > ? and id <= ? order by id limit 5000',
  );
  const clear = db.prepare('delete from held_row where id > ? and id < ?');
  const members = createListedMembers(state);
  const store: RowStore = {
    members,
    index: createKeyIndex(state, (row) => numbersUnder(row, numbersOf(row.body)), recentKeysMax),
    population,
    oldest: (after, before) => oldest.all(after, before) as unknown as IndexedRow[],
    read: (id) => read.get(id) as IndexedRow | undefined,
    insert: ({ id, person, body }) => insert.run(id, person, body),
    erase: (id) => erase.run(id),
  };
  return {
    add: (audience, rows, when) => addRows(store, audience, rows, when),
    remove: (audience, rows) => removeRows(store, audience, rows),
    expire: (audience, past, day) => expireRows(store, audience, past, day),
    page: (audience, after, limit) =>
      page.all(Math.max(after, firstOf(audience)), firstOf(audience + 1), limit) as {
        id: number;
        body: Uint8Array;
      }[],
    people: (audience, after, limit) => ({
      count: members.count(audience),
      people: members.page(audience, after, limit),
    }),
    clear(audience) {
      clear.run(firstOf(audience), firstOf(audience + 1));
      store.index.clear(audience);
      members.clear(audience);
    },
  };
}

interface RowStore {
  readonly members: ListedMembers;
  readonly index: KeyIndex;
  readonly population: Population;
  /** Some rows behind one id, up to another. */
  oldest(after: number, upTo: number): IndexedRow[];
  read(id: number): IndexedRow | undefined;
  insert(row: IndexedRow): unknown;
  erase(id: number): unknown;
}

function addRows(
  store: RowStore,
  audience: AudienceRows,
  rows: readonly PackedRow[],
  { day, isRenewing }: Arrival,
): AudienceRows {
  const { index, population } = store;
  index.settle();
  const known = seekKnown(index, audience.number, rows);
  const found = population.find(audience.account, rows);
  const peopleTouched = new Set<number>();
  const joined = new Map<PackedRow, number>();
  let { lastRow, rowsHeld, peopleMatched } = audience;

  for (const row of rows) {
    const listed = found.personOf(row);
    if (typeof listed === 'number') joined.set(row, listed);
    const held = replacedBy(store, known, row);
    const replaced = held.filter((other) => isRenewing || !isSame(other.body, row.body));
    rowsHeld -= replaced.length;
    if (replaced.length === held.length) {
      lastRow += 1;
      rowsHeld += 1;
      const id = firstOf(audience.number) + lastRow;
      const person =
        listed === undefined
          ? (linkedPerson(store, known, row) ?? (population.knows(row) ? id : null))
          : null;
      if (person === id) peopleMatched += 1;
      const fresh = { id, person, body: row.body };
      store.insert(fresh);
      for (const number of numbersUnder(fresh, row)) index.put(number, id);
    }
    for (const other of replaced) {
      eraseRow(store, other);
      if (other.person !== null) peopleTouched.add(other.person);
    }
  }

  peopleMatched -= countGone(store, audience.number, peopleTouched);
  if (joined.size > 0) {
    population.learn(audience.account, joined);
    peopleMatched += store.members.join(audience.number, new Set(joined.values()), day);
  }
  const { number, account } = audience;
  return { number, account, lastRow, rowsHeld, peopleMatched };
}

function removeRows(
  store: RowStore,
  audience: AudienceRows,
  rows: readonly PackedRow[],
): AudienceRows {
  const left = countLeft(store, audience, rows);
  const numbers = valuesOf(rows);
  const rowsUnder = store.index.seekAll(audience.number, numbers);
  const ids = new Set<number>();
  for (const number of numbers) for (const id of rowsUnder(number)) ids.add(id);
  if (ids.size === 0) return { ...audience, peopleMatched: audience.peopleMatched - left };

  const named = new Set(rows.flatMap((row) => identityOf(row.body)));
  const peopleTouched = new Set<number>();
  let { rowsHeld } = audience;
  for (const id of ids) {
    const held = store.read(id);
    if (held === undefined || !identityOf(held.body).some((value) => named.has(value))) continue;
    eraseRow(store, held);
    if (held.person !== null) peopleTouched.add(held.person);
    rowsHeld -= 1;
  }
  const gone = countGone(store, audience.number, peopleTouched);
  return { ...audience, rowsHeld, peopleMatched: audience.peopleMatched - left - gone };
}

function expireRows(
  store: RowStore,
  audience: AudienceRows,
  past: number,
  day: number,
): AudienceRows {
  const first = firstOf(audience.number);
  let { rowsHeld, peopleMatched } = audience;
  for (;;) {
    const old = store.oldest(first, first + past);
    if (old.length === 0) break;
    const peopleTouched = new Set<number>();
    for (const held of old) {
      eraseRow(store, held);
      if (held.person !== null) peopleTouched.add(held.person);
    }
    rowsHeld -= old.length;
    peopleMatched -= countGone(store, audience.number, peopleTouched);
  }
  peopleMatched -= store.members.expire(audience.number, day);
  return { ...audience, rowsHeld, peopleMatched };
}

/** Listed people leave by any value that is known as theirs, whatever rows had brought them. */
function countLeft(
  { population, members }: RowStore,
  audience: AudienceRows,
  rows: readonly PackedRow[],
): number {
  const found: Found = population.find(audience.account, rows);
  const people = new Set(rows.flatMap((row) => found.everybodyIn(row)));
  return members.leave(audience.number, people);
}

/** What the audience holds of the rows that arrive, those of them that have arrived included. */
interface Known {
  /** One row with this identifying value: enough to know whose it is. */
  oneWith(value: number): number | undefined;
  /** The rows with just this set of values. */
  allOf(fingerprint: number): readonly number[];
}

function seekKnown(index: KeyIndex, audience: number, rows: readonly PackedRow[]): Known {
  const oneWith = index.seekOne(audience, valuesOf(rows));
  const sets = rows.filter((row) => !isNew(oneWith, row)).flatMap(setsWithin);
  return { oneWith, allOf: index.seekAll(audience, sets) };
}

/**
 * The held rows whose identifying values the new row has all of. They are looked up by each subset
 * of its values, never by a single one: thousands of people may share one phone.
 */
function replacedBy(store: RowStore, known: Known, row: PackedRow): IndexedRow[] {
  if (isNew(known.oneWith, row)) return [];
  const replaced: IndexedRow[] = [];
  for (const set of setsWithin(row)) {
    for (const id of known.allOf(set)) {
      const held = store.read(id);
      if (held !== undefined && hasAllOf(row.body, held.body)) replaced.push(held);
    }
  }
  return replaced;
}

/** Whether a row has every identifying value of a held one; where that has none, all it holds. */
function hasAllOf(body: Uint8Array, held: Uint8Array): boolean {
  if (isSame(body, held)) return true;
  const identity = identityOf(body);
  const heldIdentity = identityOf(held);
  return heldIdentity.length > 0 && heldIdentity.every((value) => identity.includes(value));
}

/** A row without identifying values is known by all it holds, so it always has to be looked for. */
function isNew(oneWith: Known['oneWith'], { values }: PackedRow): boolean {
  return values.length > 0 && values.every((value) => oneWith(value) === undefined);
}

/** Eight identifying keys at most, so 255 subsets at most, and seven for the usual three. */
function setsWithin({ values, fingerprint }: PackedRow): number[] {
  if (values.length === 0) return [fingerprint];
  const chosen: number[][] = [[]];
  for (const value of values) chosen.push(...chosen.map((set) => [...set, value]));
  return chosen.slice(1).map(fingerprintOf);
}

/** Whoever shares an identifying value with a matched row is that same person. */
function linkedPerson(store: RowStore, { oneWith }: Known, row: PackedRow): number | null {
  let person: number | null = null;
  for (const value of row.values) {
    const id = oneWith(value);
    const other = id === undefined ? null : (store.read(id)?.person ?? null);
    if (other !== null && (person === null || other < person)) person = other;
  }
  return person;
}

function eraseRow(store: RowStore, held: IndexedRow): void {
  store.erase(held.id);
  for (const number of numbersUnder(held, numbersOf(held.body))) {
    store.index.drop(number, held.id);
  }
}

function numbersUnder(
  { id, person }: IndexedRow,
  { values, fingerprint }: Pick<PackedRow, 'values' | 'fingerprint'>,
): number[] {
  const isLinked = person !== null && person !== id;
  return isLinked ? [...values, fingerprint, personNumber(person)] : [...values, fingerprint];
}

/** How many of these people no held row stands for any more. */
function countGone(store: RowStore, audience: number, people: ReadonlySet<number>): number {
  if (people.size === 0) return 0;
  const linked = store.index.seekOne(audience, [...people].map(personNumber));
  let gone = 0;
  for (const person of people) {
    if (linked(personNumber(person)) === undefined && store.read(person) === undefined) gone += 1;
  }
  return gone;
}

function valuesOf(rows: readonly PackedRow[]): number[] {
  return rows.flatMap((row) => row.values);
}

function personNumber(person: number): number {
  return personBase + (person % rowsPerAudience);
}

function firstOf(audience: number): number {
  return audience * rowsPerAudience;
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
