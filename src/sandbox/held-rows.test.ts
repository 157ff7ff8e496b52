import { fc } from '../../test/support/fast-check.ts';
import { expect, test } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import { hash } from './_opened.ts';
import { type AudienceRows, createHeldRows, type HeldRows } from './held-rows.ts';
import { createPopulation } from './population.ts';
import { columnsOf, createPacker, type PackedRow, unpackRow } from './row-format.ts';
import { openState, type State } from './state.ts';
import type { WireKey } from './wire-keys.ts';

const schema: WireKey[] = ['EXTERN_ID', 'EMAIL', 'PHONE', 'FN'];
const identifying = 3;
type Row = readonly string[];
const today = { day: 1, isRenewing: false };

/** The rule, word for word, with nothing in it but arrays. */
const model = {
  add(held: readonly Row[], rows: readonly Row[]): Row[] {
    let now = [...held];
    for (const row of rows) {
      const isReplaced = (old: Row) =>
        keysOf(old).length === 0
          ? old.join() === row.join()
          : keysOf(old).every((key) => keysOf(row).includes(key));
      now = [...now.filter((old) => !isReplaced(old)), row];
    }
    return now;
  },
  remove: (held: readonly Row[], rows: readonly Row[]): Row[] =>
    held.filter((old) => !keysOf(old).some((key) => rows.some((row) => keysOf(row).includes(key)))),
};

function keysOf(row: Row): string[] {
  return row
    .slice(0, identifying)
    .map((value, place) => `${place}${value}`)
    .filter((key) => key.length > 1);
}

interface Held {
  readonly state: State;
  readonly rows: HeldRows;
  audience: AudienceRows;
}

/** Few keys stay in memory, so that the ways over the disk are walked too. */
function open(): Held {
  const state = openState(null);
  state.sql.run`insert into account values ('act_1', 'A', '{}')`;
  state.sql
    .run`insert into audience (id, account, created_at, details) values ('1', 'act_1', 0, '{}')`;
  const population = {
    ...createPopulation(state, 1, { clock: () => 0, keptMs: () => 0 }),
    knows: ({ values }: PackedRow) => values.some((value) => value % 3 > 0),
  };
  const rows = createHeldRows(state, population, 8);
  return {
    state,
    rows,
    audience: { number: 1, account: 'act_1', lastRow: 0, rowsHeld: 0, peopleMatched: 0 },
  };
}

function change(held: Held, kind: 'add' | 'remove', rows: readonly Row[]): void {
  const pack = createPacker(columnsOf(schema.slice(1)));
  const packAll = createPacker(columnsOf(schema));
  const packed = rows.map((row) => {
    // A blank external id spoils its row, so such rows come without that column.
    const one = row[0] === '' ? pack(row.slice(1)) : packAll(row);
    if (typeof one === 'string') throw new Error(one);
    return one;
  });
  held.audience = held.state.transact(() => held.rows[kind](held.audience, packed, today));
  held.state.sql.run`update audience set last_row = ${held.audience.lastRow}`;
}

function heldRows({ rows }: Held): string[] {
  return rows
    .page(1, 0, 10_000)
    .map(({ body }) => schema.map((key) => unpackRow(body)[placeOf(key)]).join())
    .toSorted();
}

const placeOf = (key: WireKey) => must(columnsOf([key])[0], 'a column').index;

const value = (kind: string, count: number) =>
  fc.nat(count).map((drawn) => (drawn === 0 ? '' : hash(`${kind}${drawn}`)));
const row = fc
  .tuple(
    fc.nat(4).map((drawn) => (drawn === 0 ? '' : `c-${drawn}`)),
    value('e', 5),
    value('p', 4),
    value('n', 2),
  )
  .filter((cells) => cells.some((cell) => cell !== ''));
const changes = fc.array(
  fc.record({
    kind: fc.constantFrom('add' as const, 'add' as const, 'remove' as const),
    rows: fc.array(row, { minLength: 1, maxLength: 6 }),
  }),
  { maxLength: 12 },
);

test('for any changes it holds the rows that the rule says, and counts them', () => {
  fc.assert(
    fc.property(changes, (made) => {
      const held = open();
      let expected: Row[] = [];
      for (const { kind, rows } of made) {
        change(held, kind, rows);
        expected = model[kind](expected, rows);
        expect(heldRows(held)).toEqual(expected.map((one) => one.join()).toSorted());
        expect(held.audience.rowsHeld).toBe(expected.length);
        const people = held.state.sql.get`select count(distinct person) as n from held_row`;
        expect(held.audience.peopleMatched).toBe(people?.['n']);
      }
      held.state.close();
    }),
    { numRuns: 150 },
  );
});

test('a changed name replaces, a gained phone replaces, another e-mail stands beside', () => {
  const held = open();
  const mary = ['c-1', hash('m'), '', hash('mary')];
  change(held, 'add', [mary]);
  change(held, 'add', [['c-1', hash('m'), '', hash('marie')]]);
  expect(heldRows(held)).toEqual([['c-1', hash('m'), '', hash('marie')].join()]);
  change(held, 'add', [['c-1', hash('m'), hash('1'), hash('marie')]]);
  expect(held.audience.rowsHeld).toBe(1);
  change(held, 'add', [['c-1', hash('m2'), hash('1'), hash('marie')]]);
  expect(held.audience.rowsHeld).toBe(2);
  change(held, 'add', [['c-1', hash('m'), '', hash('mary')]]);
  expect(held.audience.rowsHeld).toBe(3);
});

test('names and places alone take nothing away', () => {
  const held = open();
  change(held, 'add', [
    ['', '', '', hash('mary')],
    ['c-1', '', '', hash('mary')],
  ]);
  change(held, 'remove', [['', '', '', hash('mary')]]);
  expect(held.audience.rowsHeld).toBe(2);
  change(held, 'remove', [['c-1', '', '', '']]);
  expect(heldRows(held)).toEqual([['', '', '', hash('mary')].join()]);
});

test('a phone and an e-mail with the same hash are two values', () => {
  const held = open();
  change(held, 'add', [['', hash('same'), '', '']]);
  change(held, 'remove', [['', '', hash('same'), '']]);
  expect(held.audience.rowsHeld).toBe(1);
});

test('a key that thousands share costs no more than one that nobody does', () => {
  const held = open();
  const shared = Array.from({ length: 5_000 }, (_, at) => ['', hash(`e${at}`), hash('shop'), '']);
  const startedAt = performance.now();
  for (let from = 0; from < shared.length; from += 1_000) {
    change(held, 'add', shared.slice(from, from + 1_000));
  }
  change(held, 'add', shared);
  expect(held.audience.rowsHeld).toBe(5_000);
  // On the disk by now: two values and their set each, and whose row it is for all but the first.
  const settled = held.state.sql.get`select count(*) as n from row_key`;
  expect(settled?.['n']).toBe(5_000 * 3 + 4_999);
  change(held, 'remove', [['', '', hash('shop'), '']]);
  expect(held.audience).toMatchObject({ rowsHeld: 0, peopleMatched: 0 });
  // Looking through the rows that share it for each other would take minutes.
  expect(performance.now() - startedAt).toBeLessThan(15_000);
});

test('a change that fails leaves nothing behind, in memory either', () => {
  const held = open();
  const mary = ['c-1', hash('m'), '', ''];
  const before = held.audience;
  expect(() =>
    held.state.transact(() => {
      const packed = createPacker(columnsOf(schema))(mary);
      if (typeof packed !== 'string') held.rows.add(before, [packed], today);
      throw new Error('the disk is full');
    }),
  ).toThrow('the disk is full');
  expect(heldRows(held)).toEqual([]);
  change(held, 'add', [['c-2', hash('m2'), '', '']]);
  change(held, 'remove', [mary]);
  expect(held.audience.rowsHeld).toBe(1);
});
