import { MusterError } from '#domain/errors/muster-error.ts';

/** What a request says of the page it wants (contract/page.ts). */
export interface PageWish {
  readonly cursor?: string | undefined;
  readonly limit: number;
  readonly sort: string;
  readonly fields?: string | undefined;
}

type Value = string | number | boolean | null;

/** Where a page ended: the item's sorted value, and its id for those that have the same. */
interface Cursor {
  readonly sort: string;
  readonly value: Value;
  readonly id: string;
}

/** What `pageOfSorted` reads next. */
export interface Order {
  /** The property that it is sorted by. */
  readonly key: string;
  readonly isDown: boolean;
  /** Null: the first page. */
  readonly after: { readonly value: Value; readonly id: string } | null;
  readonly limit: number;
}

interface Listed {
  readonly id: string;
}

/**
 * A page of a list that fits into memory. Sorted by value and then id, so that a page goes on where the
 * one before ended whatever came or went meanwhile; null comes last.
 * @throws MusterError API_CURSOR_INVALID, API_REQUEST_INVALID for a field that there is not
 */
export function pageOfAll<Item extends Listed>(
  items: readonly Item[],
  wish: PageWish,
): { items: Item[]; next: string | null } {
  const { limit, sort } = wish;
  const key = sort.replace(/^-/, '');
  const sign = sort.startsWith('-') ? -1 : 1;
  const valueOf = (item: Item): Value => plain((item as Record<string, unknown>)[key]);
  const place = (item: Item) => ({ value: valueOf(item), id: item.id });
  const after = readCursor(wish);
  const sorted = items
    .filter((item) => after === null || compare(place(item), after, sign) > 0)
    .toSorted((a, b) => compare(place(a), place(b), sign));
  const page = sorted.slice(0, limit);
  const last = sorted.length > limit ? page.at(-1) : undefined;
  return {
    items: page.map((item) => onlyFields(item, wish.fields)),
    next: last === undefined ? null : writeCursor({ sort, ...place(last) }),
  };
}

/**
 * A page of a list that the database filters and sorts as `pageOfAll` does: `read` gives what comes after
 * the place where the page before ended, one more than fits.
 * @throws MusterError API_CURSOR_INVALID, API_REQUEST_INVALID for a field that there is not
 */
export async function pageOfSorted<Item extends Listed>(
  wish: PageWish,
  read: (order: Order) => Promise<readonly Item[]>,
): Promise<{ items: Item[]; next: string | null }> {
  const { limit, sort } = wish;
  const key = sort.replace(/^-/, '');
  const after = readCursor(wish);
  const found = await read({ key, isDown: sort.startsWith('-'), after, limit: limit + 1 });
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  const value = plain((last as Record<string, unknown> | undefined)?.[key]);
  return {
    items: page.map((item) => onlyFields(item, wish.fields)),
    next: last === undefined ? null : writeCursor({ sort, value, id: last.id }),
  };
}

/**
 * A page of a list whose order is that of a number: `read` gives what comes after the number where the
 * page before ended, one more than fits.
 * @throws MusterError API_CURSOR_INVALID
 */
export async function pageInOrder<Item extends object>(
  wish: Omit<PageWish, 'sort'>,
  read: (after: number | undefined, limit: number) => Promise<readonly Item[]>,
  numberOf: (item: Item) => string,
): Promise<{ items: Item[]; next: string | null }> {
  const ordered = { ...wish, sort: 'number' };
  const after = readCursor(ordered)?.id;
  if (after !== undefined && !/^[0-9]{1,15}$/.test(after))
    throw new MusterError('API_CURSOR_INVALID');
  const found = await read(after === undefined ? undefined : Number(after), wish.limit + 1);
  const items = found.slice(0, wish.limit);
  const last = found.length > wish.limit ? items.at(-1) : undefined;
  return {
    items: items.map((item) => onlyFields(item, wish.fields)),
    next:
      last === undefined ? null : writeCursor({ sort: 'number', value: null, id: numberOf(last) }),
  };
}

/**
 * Only the properties asked for, and the id; a client that asks for few knows which it will get.
 * @throws MusterError API_REQUEST_INVALID for one that there is not
 */
function onlyFields<Item extends object>(item: Item, fields: string | undefined): Item {
  if (fields === undefined) return item;
  const names = new Set(['id', ...fields.split(',')]);
  const unknown = [...names].find((name) => name !== 'id' && !Object.hasOwn(item, name));
  if (unknown !== undefined) {
    throw new MusterError('API_REQUEST_INVALID', `/query/fields: there is no ${unknown}`);
  }
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name))) as Item;
}

/** @throws MusterError API_CURSOR_INVALID */
function readCursor({ cursor, sort }: PageWish): Cursor | null {
  if (cursor === undefined) return null;
  try {
    const text = Buffer.from(cursor, 'base64url').toString('utf8');
    const [of, value, id] = JSON.parse(text) as unknown[];
    if (of === sort && typeof id === 'string' && isValue(value)) return { sort, value, id };
  } catch {
    // Said below, with everything else that is not one of ours.
  }
  throw new MusterError('API_CURSOR_INVALID');
}

/** Opaque on purpose: what is in it may change. */
function writeCursor({ sort, value, id }: Cursor): string {
  return Buffer.from(JSON.stringify([sort, value, id])).toString('base64url');
}

function isValue(value: unknown): value is Value {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function plain(value: unknown): Value {
  if (value instanceof Date) return value.toISOString();
  return isValue(value) ? value : null;
}

type Place = Pick<Cursor, 'value' | 'id'>;

function compare(a: Place, b: Place, sign: 1 | -1): number {
  return compareValues(a.value, b.value, sign) || sign * compareIds(a.id, b.id);
}

function compareValues(a: Value, b: Value, sign: 1 | -1): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return sign * (a < b ? -1 : 1);
}

/** Numbers as text: the longer one is the larger. */
function compareIds(a: string, b: string): number {
  if (a === b) return 0;
  if (a.length !== b.length) return a.length < b.length ? -1 : 1;
  return a < b ? -1 : 1;
}

/** Where a page of a list that the database sorts ended, as a cursor. */
export function writeKeyset(place: readonly string[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** Its parts; null: no cursor. @throws MusterError API_CURSOR_INVALID */
export function readKeyset(cursor: string | null, parts: number): readonly string[] | null {
  if (cursor === null) return null;
  try {
    const place = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
    if (place.length === parts && place.every((one) => typeof one === 'string')) return place;
  } catch {
    // Said below, with everything else that is not one of ours.
  }
  throw new MusterError('API_CURSOR_INVALID');
}
