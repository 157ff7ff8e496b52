import { createHash } from 'node:crypto';
import { answerEvent, type NaiveEvent, type NaiveFilter } from './naive-events.ts';
import type { Person } from './people.ts';
import type { TraitCatalogue } from '#audiences/compile.ts';

/** A rule as JSON, read as loosely as can be: the evaluator below is written from docs/rules.md. */
export interface NaiveRule {
  readonly all?: readonly NaiveRule[];
  readonly any?: readonly NaiveRule[];
  readonly not?: NaiveRule;
  readonly include?: NaiveRule;
  readonly exclude?: NaiveRule;
  readonly invert?: boolean;
  readonly event?: string;
  readonly trait?: string;
  readonly group?: string;
  readonly consent?: string;
  readonly sample?: { readonly percent: number; readonly seed: string };
  readonly op?: string;
  readonly value?: unknown;
}

/**
 * Whether one person matches, worked out here a cell at a time and with nothing of the compiler:
 * numbers as fractions of whole numbers, moments as microseconds counted by hand.
 */
export function answer(
  rule: NaiveRule,
  person: Person,
  catalogue: TraitCatalogue,
  now: string,
): boolean {
  if (rule.all) return rule.all.every((part) => answer(part, person, catalogue, now));
  if (rule.any) return rule.any.some((part) => answer(part, person, catalogue, now));
  if (rule.not) return !answer(rule.not, person, catalogue, now);
  if (rule.include) {
    const ask = (part: NaiveRule): boolean => answer(part, person, catalogue, now);
    const found = ask(rule.include) && !(rule.exclude && ask(rule.exclude));
    return rule.invert === true ? !found : found;
  }
  if (rule.event !== undefined) {
    return answerEvent(rule as NaiveEvent, person.events ?? [], now, (filter, properties) =>
      answerFilter(filter, properties, now),
    );
  }
  if (rule.consent !== undefined) {
    return (
      rule.consent === (person.consent === undefined ? 'unknown' : person.consent ? 'yes' : 'no')
    );
  }
  if (rule.group !== undefined) {
    const name = rule.group;
    const places: TraitCatalogue = new Map([[name, { place: 'traits', lists: true }]]);
    const cells = (person.groups ?? []).flatMap((traits) => cellsOf({ traits }, name, places));
    return ask(rule, cells, now);
  }
  if (rule.sample) return isDrawn(person.externalId ?? '', rule.sample);
  return ask(rule, cellsOf(person, String(rule.trait), catalogue), now);
}

/** Properties are asked as the traits of somebody who has nothing else. */
function answerFilter(filter: NaiveFilter, properties: object, now: string): boolean {
  const places: TraitCatalogue = new Map(
    Object.keys(properties).map((name) => [name, { place: 'traits', lists: true }]),
  );
  const asTrait = (part: NaiveFilter): NaiveRule => {
    if (part.all) return { all: part.all.map(asTrait) };
    if (part.any) return { any: part.any.map(asTrait) };
    if (part.not) return { not: asTrait(part.not) };
    return { trait: String(part.property), op: String(part.op), value: part.value };
  };
  const traits = properties as NonNullable<Person['traits']>;
  return answer(asTrait(filter), { traits }, places, now);
}

/** The operators of a leaf over all the values that somebody has. */
function ask(rule: NaiveRule, cells: readonly string[], now: string): boolean {
  const present = cells.some((cell) => cell.replaceAll(' ', '') !== '');
  if (rule.op === 'exists') return present;
  if (rule.op === 'missing') return !present;
  const opposite = { not_equals: 'equals', not_in: 'in', not_contains: 'contains' }[
    String(rule.op)
  ];
  if (opposite !== undefined) {
    return present && !cells.some((cell) => passes(cell, opposite, rule.value, now));
  }
  return cells.some((cell) => passes(cell, String(rule.op), rule.value, now));
}

/** The first 32 bits of the MD5 of seed, line end and id, as a share of all they can be. */
function isDrawn(id: string, { percent, seed }: { percent: number; seed: string }): boolean {
  const first = createHash('md5').update(`${seed}\n${id}`).digest().readUInt32BE(0);
  return first < Math.round((percent / 100) * 2 ** 32);
}

function cellsOf(person: Person, trait: string, catalogue: TraitCatalogue): string[] {
  const place = catalogue.get(trait);
  if (place === undefined) return [];
  if (place.place === 'traits') {
    const cell = Object.hasOwn(person.traits ?? {}, trait) ? person.traits?.[trait] : undefined;
    const values: readonly unknown[] = Array.isArray(cell) && place.lists === true ? cell : [cell];
    return values
      .filter((value) => value !== undefined && value !== null)
      .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  }
  const held = place.field === 'externalId' ? person.externalId : person.identifiers?.[place.field];
  if (held === undefined) return [];
  return typeof held === 'string' ? [held] : [...held];
}

function passes(cell: string, op: string, value: unknown, now: string): boolean {
  if (op === 'equals') return isEqual(cell, value);
  if (op === 'in') return Array.isArray(value) && value.some((one) => isEqual(cell, one));
  if (/_(last|than|next)$/.test(op)) return isThen(micros(cell), op, value as NaiveAge, now);
  if (op === 'between') {
    const [low, high] = value as [unknown, unknown];
    return passes(cell, 'at_least', low, now) && passes(cell, 'at_most', high, now);
  }
  if (/^contains$|_with$/.test(op)) {
    return (Array.isArray(value) ? value : [value]).some((one) => hasPart(cell, op, String(one)));
  }
  const text = String(value);
  const order = compared(cell, text);
  if (order === null) return false;
  if (op === 'less' || op === 'before') return order < 0;
  if (op === 'greater' || op === 'after') return order > 0;
  return op === 'at_most' ? order <= 0 : order >= 0;
}

function hasPart(cell: string, op: string, text: string): boolean {
  if (op === 'contains') return cell.split(text).length > 1;
  if (op === 'starts_with') return cell.slice(0, text.length) === text;
  return cell.length >= text.length && cell.slice(-text.length) === text;
}

interface NaiveAge {
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
}

/** How a moment lies to now. */
function isThen(at: bigint | null, op: string, age: NaiveAge, now: string): boolean {
  if (at === null) return false;
  const end = micros(now) ?? 0n;
  const length = lengthOf(age);
  if (op === 'older_than') return at <= end - length;
  if (op === 'within_last') return at > end - length && at <= end;
  return op === 'within_next' ? at > end && at <= end + length : at > end + length;
}

/** In microseconds. */
function lengthOf({ days = 0, hours = 0, minutes = 0 }: NaiveAge): bigint {
  return BigInt((days * 24 + hours) * 60 + minutes) * 60_000_000n;
}

function isEqual(cell: string, value: unknown): boolean {
  if (typeof value === 'string') return cell === value;
  if (typeof value === 'number')
    return scaled(cell) !== null && scaled(cell) === scaled(String(value));
  const words = value === true ? ['true', 'yes', '1'] : ['false', 'no', '0'];
  return words.includes(bare(cell).toLowerCase());
}

/** Below zero, zero or above it; null where the two are not both numbers or both moments. */
function compared(cell: string, value: string): number | null {
  const read = scaled(value) === null ? micros : scaled;
  const [left, right] = [read(cell), read(value)];
  if (left === null || right === null) return null;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The number times 10^100, or null; more digits than 100 characters have no place in a cell. */
function scaled(cell: string): bigint | null {
  const text = bare(cell);
  const digits = text.startsWith('-') ? text.slice(1) : text;
  const [whole = '', fraction, more] = digits.split('.');
  const isDigits = (part: string): boolean =>
    part !== '' && [...part].every((c) => c >= '0' && c <= '9' && c.length === 1);
  if (text.length > 100 || more !== undefined || !isDigits(whole)) return null;
  if (whole.length > 1 && whole.startsWith('0')) return null;
  if (fraction !== undefined && !isDigits(fraction)) return null;
  const size = BigInt(whole + (fraction ?? '').padEnd(100, '0'));
  return text.startsWith('-') ? -size : size;
}

/** Microseconds since the first day of year 1, or null. */
function micros(cell: string): bigint | null {
  const text = bare(cell);
  const [, year, month, day, rest = ''] = /^(....)-(..)-(..)(.*)$/s.exec(text) ?? [];
  const days = dayNumber(whole(year, 4), whole(month, 2), whole(day, 2));
  if (days === null) return null;
  if (rest === '') return BigInt(days) * 86_400_000_000n;
  const [
    ,
    hours,
    minutes,
    seconds = '00',
    fraction = '0',
    ,
    sign,
    aheadHours = '00',
    aheadMinutes = '00',
  ] = /^[T ](..):(..)(?::(..)(?:[.]([0-9]{1,15}))?)?(Z|([+-])(..)(?::?(..))?)?$/.exec(rest) ?? [];
  const clock = [
    whole(hours, 2),
    whole(minutes, 2),
    whole(seconds, 2),
    whole(aheadHours, 2),
    whole(aheadMinutes, 2),
  ];
  if (clock.some((part, i) => !(part <= ([23, 59, 59, 14, 59][i] ?? 0)))) return null;
  const [h = 0, m = 0, s = 0, zh = 0, zm = 0] = clock;
  const ahead = (sign === '-' ? -1 : 1) * (zh * 60 + zm);
  const inDay = BigInt((h * 60 + m - ahead) * 60 + s) * 1_000_000n;
  return BigInt(days) * 86_400_000_000n + inDay + BigInt(Math.round(Number(`0.${fraction}`) * 1e6));
}

/** The number that exactly `length` digits say, or NaN. */
function whole(text: string | undefined, length: number): number {
  return text?.length === length && /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
}

/** Days before a date, counted from year 1; null for a date that is none. */
function dayNumber(year: number, month: number, day: number): number | null {
  const leaps = (before: number): number =>
    Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  const february = leaps(year) > leaps(year - 1) ? 29 : 28;
  const lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  if (!(year >= 1) || !(day >= 1) || !(day <= (lengths[month - 1] ?? 0))) return null;
  const inYear = lengths.slice(0, month - 1).reduce((sum, length) => sum + length, 0);
  return (year - 1) * 365 + leaps(year - 1) + inYear + day - 1;
}

/** Without the spaces around it. */
function bare(text: string): string {
  return text.replace(/^ +/, '').replace(/ +$/, '');
}
