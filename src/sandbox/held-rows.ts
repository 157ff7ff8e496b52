import type { DatabaseSync } from 'node:sqlite';
import { createKeyIndex, type KeyIndex } from './key-index.ts';
import type { Population } from './population.ts';
import { fingerprintOf, identityOf, numbersOf, type PackedRow } from './row-format.ts';

/** The counters of one audience. `lastRow` counts every row that it ever took. */
export interface AudienceRows {
  readonly number: number;
  readonly lastRow: number;
  readonly rowsHeld: number;
  readonly peopleMatched: number;
}

/**
 * What audiences hold. Adding replaces every held row whose identifying values the new row has all
 * of: the same person described anew. Removing takes every row that shares one of them. Where Meta
 * is silent the rule is ours; docs/sandbox.md says it to users.
 */
export interface HeldRows {
  add(audience: AudienceRows, rows: readonly PackedRow[]): AudienceRows;
  remove(audience: AudienceRows, rows: readonly PackedRow[]): AudienceRows;
  /** At most `limit` rows behind the row id `after` (0 at first), in the order they came. */
  page(audience: number, after: number, limit: number): { id: number; body: Uint8Array }[];
  /** Forgets all rows of an audience. */
  clear(audience: number): void;
}

interface Held {
  readonly id: number;
  /** The row that first stood for this person, itself perhaps; null where nobody is matched. */
  readonly person: number | null;
  readonly body: Uint8Array;
}

/** Row ids carry their audience, so that the rows of one lie together on the disk. */
const rowsPerAudience = 2 ** 32;
/** Numbers of values are below this; above it the index keeps who else is a person. */
const personBase = 2 ** 48;

export function createHeldRows(db: DatabaseSync, population: Population): HeldRows {
  const index = createKeyIndex(db);
  const read = db.prepare('select id, person, body from held_row where id = ?');
  const insert = db.prepare('insert into held_row (id, person, body) values (?, ?, ?)');
  const erase = db.prepare('delete from held_row where id = ?');
  const page = db.prepare(
    'select id, body from held_row where id > ? and id < ? order by id limit ?',
  );
  const clear = db.prepare('delete from held_row where id > ? and id < ?');
  const store: RowStore = {
    index,
    population,
    read: (id) => read.get(id) as Held | undefined,
    insert: ({ id, person, body }) => insert.run(id, person, body),
    erase: (id) => erase.run(id),
  };
  return {
    add: (audience, rows) => addRows(store, audience, rows),
    remove: (audience, rows) => removeRows(store, audience, rows),
    page: (audience, after, limit) =>
      page.all(Math.max(after, audience * rowsPerAudience), endOf(audience), limit) as {
        id: number;
        body: Uint8Array;
      }[],
    clear(audience) {
      clear.run(audience * rowsPerAudience, endOf(audience));
      index.clear(audience);
    },
  };
}

interface RowStore {
  readonly index: KeyIndex;
  readonly population: Population;
  read(id: number): Held | undefined;
  insert(row: Held): unknown;
  erase(id: number): unknown;
}

function addRows(
  store: RowStore,
  audience: AudienceRows,
  rows: readonly PackedRow[],
): AudienceRows {
  const known = knownRows(store, audience.number, rows);
  const peopleTouched = new Set<number>();
  let { lastRow, rowsHeld, peopleMatched } = audience;

  for (const row of rows) {
    const replaced = replacedBy(store, known, row);
    if (replaced.some((held) => isSame(held.body, row.body))) continue;
    lastRow += 1;
    const id = audience.number * rowsPerAudience + lastRow;
    const linked = linkedPerson(store, known, row);
    const person = linked ?? (store.population.knows(row) ? id : null);
    if (person === id) peopleMatched += 1;

    const fresh = { id, person, body: row.body };
    store.insert(fresh);
    for (const number of numbersUnder(fresh, row)) store.index.put(audience.number, number, id);
    rowsHeld += 1;
    for (const held of replaced) {
      eraseRow(store, audience.number, held);
      if (held.person !== null) peopleTouched.add(held.person);
      rowsHeld -= 1;
    }
    for (const value of row.values) known.byValue.set(value, id);
    known.bySet.set(row.fingerprint, [...(known.bySet.get(row.fingerprint) ?? []), id]);
  }

  peopleMatched -= countGone(store, audience.number, peopleTouched);
  store.index.settle();
  return { number: audience.number, lastRow, rowsHeld, peopleMatched };
}

function removeRows(
  store: RowStore,
  audience: AudienceRows,
  rows: readonly PackedRow[],
): AudienceRows {
  const hits = store.index.findAll(audience.number, new Set(rows.flatMap((row) => row.values)));
  if (hits.length === 0) return audience;
  const named = new Set(rows.flatMap((row) => identityOf(row.body)));
  const peopleTouched = new Set<number>();
  let { rowsHeld } = audience;

  for (const id of new Set(hits.map((hit) => hit.row))) {
    const held = store.read(id);
    if (held === undefined || !identityOf(held.body).some((value) => named.has(value))) continue;
    eraseRow(store, audience.number, held);
    if (held.person !== null) peopleTouched.add(held.person);
    rowsHeld -= 1;
  }

  const peopleMatched = audience.peopleMatched - countGone(store, audience.number, peopleTouched);
  return { ...audience, rowsHeld, peopleMatched };
}

/** What the audience holds already of the rows that arrive, and then of those that have arrived. */
interface KnownRows {
  /** One row for each identifying value: enough to know whose it is. */
  readonly byValue: Map<number, number>;
  readonly bySet: Map<number, number[]>;
}

function knownRows(store: RowStore, audience: number, rows: readonly PackedRow[]): KnownRows {
  const byValue = store.index.findOne(audience, new Set(rows.flatMap((row) => row.values)));
  const sets = new Set<number>();
  for (const row of rows) {
    const isNew = row.values.length > 0 && !row.values.some((value) => byValue.has(value));
    if (!isNew) for (const set of setsWithin(row)) sets.add(set);
  }
  const bySet = new Map<number, number[]>();
  for (const { hash, row } of store.index.findAll(audience, sets)) {
    bySet.set(hash, [...(bySet.get(hash) ?? []), row]);
  }
  return { byValue, bySet };
}

/**
 * The held rows whose identifying values the new row has all of. They are looked up by each subset
 * of its values, never by a single one: thousands of people may share one phone.
 */
function replacedBy(store: RowStore, known: KnownRows, row: PackedRow): Held[] {
  const isNew = row.values.length > 0 && !row.values.some((value) => known.byValue.has(value));
  if (isNew) return [];
  const replaced: Held[] = [];
  let identity: Set<string> | null = null;
  for (const set of setsWithin(row)) {
    for (const id of known.bySet.get(set) ?? []) {
      const held = store.read(id);
      if (held === undefined) continue;
      identity ??= new Set(identityOf(row.body));
      const heldIdentity = identityOf(held.body);
      const isContained =
        heldIdentity.length === 0
          ? isSame(held.body, row.body)
          : heldIdentity.every((value) => identity?.has(value));
      if (isContained) replaced.push(held);
    }
  }
  return replaced;
}

/** Seven identifying keys at most, so 127 subsets at most, and seven for the usual three. */
function setsWithin({ values, fingerprint }: PackedRow): number[] {
  if (values.length === 0) return [fingerprint];
  const sets: number[] = [];
  for (let chosen = 1; chosen < 1 << values.length; chosen += 1) {
    sets.push(fingerprintOf(values.filter((_, place) => (chosen & (1 << place)) !== 0)));
  }
  return sets;
}

/** Whoever shares an identifying value with a matched row is that same person. */
function linkedPerson(store: RowStore, known: KnownRows, row: PackedRow): number | null {
  let person: number | null = null;
  for (const value of row.values) {
    const id = known.byValue.get(value);
    const other = id === undefined ? null : (store.read(id)?.person ?? null);
    if (other !== null && (person === null || other < person)) person = other;
  }
  return person;
}

function eraseRow(store: RowStore, audience: number, held: Held): void {
  store.erase(held.id);
  for (const number of numbersUnder(held, numbersOf(held.body))) {
    store.index.drop(audience, number, held.id);
  }
}

function numbersUnder(
  { id, person }: Held,
  { values, fingerprint }: Pick<PackedRow, 'values' | 'fingerprint'>,
): number[] {
  const isLinked = person !== null && person !== id;
  return isLinked ? [...values, fingerprint, personNumber(person)] : [...values, fingerprint];
}

/** How many of these people no held row stands for any more. */
function countGone(store: RowStore, audience: number, people: ReadonlySet<number>): number {
  if (people.size === 0) return 0;
  const linked = store.index.findOne(audience, [...people].map(personNumber));
  let gone = 0;
  for (const person of people) {
    if (!linked.has(personNumber(person)) && store.read(person) === undefined) gone += 1;
  }
  return gone;
}

function personNumber(person: number): number {
  return personBase + (person % rowsPerAudience);
}

function endOf(audience: number): number {
  return (audience + 1) * rowsPerAudience;
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
