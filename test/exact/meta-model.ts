import { keysOf, type WantedRow } from './known-people.ts';
import { wireOrder } from './values.ts';

/** What one run should do, counted. */
export interface Expected {
  /** People. */
  readonly adds: number;
  readonly removes: number;
  readonly updates: number;
  /** Requests of its plan, and those that say neighbours again once the removals have settled. */
  readonly requests: number;
  readonly repeatRequests: number;
  /** Whose rows are told for the first time, or anew. */
  readonly told: ReadonlySet<string>;
}

const rowsPerRequest = 10_000;

/**
 * What Meta should hold after runs in which nothing goes wrong. Where keys are shared that is not
 * always just the wanted rows: a key leaves with its last holder (protocol.md §5), so a row all of
 * whose keys are still wanted stands until one of them is not.
 */
export class MetaModel {
  /** Rows that were told, wanted when they were. */
  #told = new Map<string, WantedRow>();
  /** Rows that Meta holds, by their cells. */
  #held = new Map<string, readonly string[]>();
  /** Identifying value → the rows that have it. */
  #holders = new Map<string, Set<string>>();

  get rows(): string[] {
    return [...this.#held.keys()].toSorted();
  }

  /** What is held though nobody wants it. */
  leftOver(wanted: readonly WantedRow[]): number {
    const texts = new Set(wanted.map(({ cells }) => JSON.stringify(cells)));
    return [...this.#held.keys()].filter((text) => !texts.has(text)).length;
  }

  run(wanted: readonly WantedRow[]): Expected {
    const now = new Map(wanted.map((row) => [nameOf(row), row]));
    const keysWanted = new Set(wanted.flatMap(keysOf));
    const joining = [...now].filter(([name]) => !this.#told.has(name)).map(([, row]) => row);
    const leaving = [...this.#told].filter(([name]) => !now.has(name)).map(([, row]) => row);
    const removed = leaving
      .map((row) => ({ row, free: keysOf(row).filter((key) => !keysWanted.has(key)) }))
      .filter(({ free }) => free.length > 0);
    const expected = {
      ...this.#people(wanted),
      ...requestsOf(removed, joining, wanted),
      told: new Set(joining.map(({ person }) => person)),
    };
    this.#remove(removed.flatMap(({ free }) => free));
    for (const row of joining) this.#add(row);
    this.#told = now;
    return expected;
  }

  #people(wanted: readonly WantedRow[]): Pick<Expected, 'adds' | 'removes' | 'updates'> {
    const before = byPerson([...this.#told.values()]);
    const after = byPerson(wanted);
    const stay = [...after.keys()].filter((person) => before.has(person));
    return {
      adds: after.size - stay.length,
      removes: before.size - stay.length,
      updates: stay.filter((person) => before.get(person) !== after.get(person)).length,
    };
  }

  /** A removal takes away every row that shares an identifying value (contract.md). */
  #remove(keys: readonly string[]): void {
    for (const key of keys) for (const text of this.#holders.get(key) ?? []) this.#drop(text);
  }

  /** Somebody described anew: the rows whose identifying values are all in the new one are replaced. */
  #add(row: WantedRow): void {
    const keys = keysOf(row);
    for (const text of new Set(keys.flatMap((key) => [...(this.#holders.get(key) ?? [])]))) {
      const held = keysOf({ cells: this.#held.get(text) ?? [] });
      if (held.every((key) => keys.includes(key))) this.#drop(text);
    }
    const text = JSON.stringify(row.cells);
    this.#held.set(text, row.cells);
    for (const key of keys) this.#holders.set(key, (this.#holders.get(key) ?? new Set()).add(text));
  }

  #drop(text: string): void {
    for (const key of keysOf({ cells: this.#held.get(text) ?? [] })) {
      this.#holders.get(key)?.delete(text);
    }
    this.#held.delete(text);
  }
}

/** What differs between two lists of rows as JSON, in words short enough to read. */
export function differences(held: readonly string[], expected: readonly string[]): string[] {
  return [
    ...held.filter((row) => !expected.includes(row)).map((row) => `too much: ${inShort(row)}`),
    ...expected.filter((row) => !held.includes(row)).map((row) => `missing:  ${inShort(row)}`),
    ...(new Set(held).size === held.length ? [] : ['a row is held twice']),
  ];
}

function inShort(row: string): string {
  const cells = JSON.parse(row) as string[];
  return wireOrder
    .map((key, i) => `${key}=${cells[i]?.slice(0, 12) ?? ''}`)
    .filter((text) => !text.endsWith('='))
    .join(' ');
}

/** As few requests as can be: full ones, removals without an External ID apart from those with. */
function requestsOf(
  removed: readonly { readonly row: WantedRow; readonly free: readonly string[] }[],
  joining: readonly WantedRow[],
  wanted: readonly WantedRow[],
): Pick<Expected, 'requests' | 'repeatRequests'> {
  const withId = removed.filter(({ free }) => free.some((key) => key.startsWith('EXTERN_ID')));
  const counts = [joining.length, withId.length, removed.length - withId.length];
  const people = new Set(removed.map(({ row }) => row.person));
  const keys = new Set(removed.flatMap(({ row }) => keysOf(row)));
  const neighbours = wanted.filter(
    (row) => people.has(row.person) || keysOf(row).some((key) => keys.has(key)),
  );
  return {
    requests: counts.reduce((sum, rows) => sum + Math.ceil(rows / rowsPerRequest), 0),
    repeatRequests: Math.ceil(neighbours.length / rowsPerRequest),
  };
}

function nameOf({ person, cells }: WantedRow): string {
  return JSON.stringify([person, ...cells]);
}

function byPerson(rows: readonly WantedRow[]): Map<string, string> {
  const names = new Map<string, string[]>();
  for (const row of rows) {
    names.set(row.person, [...(names.get(row.person) ?? []), nameOf(row)]);
  }
  return new Map([...names].map(([person, list]) => [person, list.toSorted().join()]));
}
