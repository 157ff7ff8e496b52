import type { Person } from './people.ts';
import type { TraitCatalogue } from '#audiences/compile.ts';

/** A rule as JSON, read as loosely as can be: the evaluator below is written from docs/rules.md. */
export interface NaiveRule {
  readonly all?: readonly NaiveRule[];
  readonly any?: readonly NaiveRule[];
  readonly not?: NaiveRule;
  readonly trait?: string;
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
  const cells = cellsOf(person, String(rule.trait), catalogue);
  const present = cells.some((cell) => cell.replaceAll(' ', '') !== '');
  if (rule.op === 'exists') return present;
  if (rule.op === 'missing') return !present;
  if (rule.op === 'not_equals') return present && !cells.some((cell) => isEqual(cell, rule.value));
  return cells.some((cell) => passes(cell, String(rule.op), rule.value, now));
}

function cellsOf(person: Person, trait: string, catalogue: TraitCatalogue): string[] {
  const place = catalogue.get(trait);
  if (place === undefined) return [];
  if (place.place === 'traits') {
    const cell = Object.hasOwn(person.traits ?? {}, trait) ? person.traits?.[trait] : undefined;
    return typeof cell === 'string' ? [cell] : [];
  }
  const held = place.field === 'externalId' ? person.externalId : person.identifiers?.[place.field];
  if (held === undefined) return [];
  return typeof held === 'string' ? [held] : [...held];
}

function passes(cell: string, op: string, value: unknown, now: string): boolean {
  if (op === 'equals') return isEqual(cell, value);
  if (op === 'in') return Array.isArray(value) && value.some((one) => isEqual(cell, one));
  if (op === 'within_last' || op === 'older_than') {
    const { days } = value as { days: number };
    const [at, end] = [micros(cell), micros(now) ?? 0n];
    if (at === null) return false;
    const start = end - BigInt(days) * 86_400_000_000n;
    return op === 'older_than' ? at <= start : at > start && at <= end;
  }
  const text = String(value);
  if (op === 'contains') return cell.split(text).length > 1;
  if (op === 'starts_with') return cell.slice(0, text.length) === text;
  if (op === 'ends_with') return cell.length >= text.length && cell.slice(-text.length) === text;
  const order = compared(cell, text);
  if (order === null) return false;
  if (op === 'less' || op === 'before') return order < 0;
  if (op === 'greater' || op === 'after') return order > 0;
  return op === 'at_most' ? order <= 0 : order >= 0;
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
