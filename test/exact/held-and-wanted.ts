import { keysOf, type WantedRow } from './known-people.ts';
import { wireOrder } from './values.ts';

/**
 * I1: Meta holds every wanted row but those it refused by name, and of what is not wanted only rows
 * all of whose identifying values somebody wanted has: those leave with their last holder.
 * @param unsaid values that are not sent for anybody, because somebody who says no has them.
 * @returns what differs: whom it concerns and by which columns. The people are made up.
 */
export function differencesOf(
  wanted: readonly WantedRow[],
  heldRows: readonly string[],
  rejected: ReadonlySet<string> = new Set(),
  unsaid: ReadonlySet<string> = new Set(),
): string[] {
  const held = new Set(heldRows);
  const texts = new Set(wanted.map(({ cells }) => JSON.stringify(cells)));
  const keys = new Set(wanted.flatMap(keysOf));
  const said = new Set([...rejected].map((row) => saidOf(row, unsaid)));
  const missing = wanted
    .filter(({ cells }) => !held.has(JSON.stringify(cells)))
    .filter(({ cells }) => !said.has(keysOf({ cells }).join(' ')))
    .filter((row) => !wanted.some((other) => isWithin(row, other)))
    .map(
      ({ person, cells }) => `missing at Meta: ${person}: ${inWords(cells)}${nearest(cells, held)}`,
    );
  const tooMuch = [...held].flatMap((text) => {
    const cells = JSON.parse(text) as string[];
    const free = keysOf({ cells }).filter((key) => !keys.has(key));
    if (texts.has(text) || free.length === 0) return [];
    return [`too much at Meta: ${inWords(cells)}; nobody wants ${inShort(free)}`];
  });
  return [...missing, ...tooMuch];
}

/** Of the identifying values of a row, as one text, those that may be sent: Meta refused it by them. */
function saidOf(keys: string, unsaid: ReadonlySet<string>): string {
  const each = keys.split(/ (?=(?:EXTERN_ID|EMAIL|PHONE|MADID) )/);
  return each.filter((key) => !unsaid.has(key)).join(' ');
}

/** Of two rows of one person, one of which lost a value, the one that was sent last is held. */
function isWithin(row: WantedRow, other: WantedRow): boolean {
  const [own, theirs] = [keysOf(row), keysOf(other)];
  return theirs.length > own.length && own.every((key) => theirs.includes(key));
}

/** What of the same external id Meta holds instead, column by column. */
function nearest(cells: readonly string[], held: ReadonlySet<string>): string {
  const rows = [...held].map((text) => JSON.parse(text) as string[]);
  const other = rows.find((row) => row[0] === cells[0] && row[0] !== '');
  if (other === undefined) return '; nothing of that id is there';
  const differs = wireOrder.filter((_, i) => (other[i] ?? '') !== (cells[i] ?? ''));
  return `; there it differs by ${differs.join(', ')}`;
}

/** A row by the beginnings of its values. */
export function inWords(cells: readonly string[]): string {
  return wireOrder
    .map((key, i) => `${key}=${(cells[i] ?? '').slice(0, 10)}`)
    .filter((text) => !text.endsWith('='))
    .join(' ');
}

export function inShort(keys: readonly string[]): string {
  return keys.map((key) => key.slice(0, 18)).join(', ');
}
