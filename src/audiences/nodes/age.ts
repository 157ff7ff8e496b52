import type { AddParam } from './node.ts';
import { invalid, under } from './problem.ts';

const units = ['days', 'hours', 'minutes'] as const;
type Unit = (typeof units)[number];

/** A length of time in one unit, as in {"days": 30}; a day is 24 hours. */
export type Age = Readonly<Partial<Record<Unit, number>>>;

/** A hundred years. */
const most: Readonly<Record<Unit, number>> = { days: 36_525, hours: 876_600, minutes: 52_596_000 };
const intervals: Readonly<Record<Unit, string>> = {
  days: '24 hours',
  hours: '1 hour',
  minutes: '1 minute',
};

export function checkAge(json: unknown, path: string): Age {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw invalid(path, 'a time such as {"days": 30} or {"hours": 12}', json);
  }
  const [unit, ...others] = Object.keys(json);
  const known = units.find((name) => name === unit);
  if (known === undefined || others.length > 0) {
    throw invalid(path, 'only one of "days", "hours" and "minutes"', json);
  }
  const length = (json as Readonly<Record<string, unknown>>)[known];
  if (
    typeof length !== 'number' ||
    !Number.isInteger(length) ||
    length < 1 ||
    length > most[known]
  ) {
    throw invalid(under(path, known), `a whole number from 1 to ${most[known]}`, length);
  }
  return { [known]: length };
}

/** As an SQL interval. */
export function ageInterval(age: Age, param: AddParam): string {
  const [unit, length] = partsOf(age);
  return `${param(length, 'integer')} * interval '${intervals[unit]}'`;
}

/** 30 days, 1 hour */
export function spokenAge(age: Age): string {
  const [unit, length] = partsOf(age);
  return length === 1 ? `1 ${unit.slice(0, -1)}` : `${length.toLocaleString('en-US')} ${unit}`;
}

function partsOf(age: Age): [Unit, number] {
  const unit = units.find((name) => age[name] !== undefined) ?? 'days';
  return [unit, age[unit] ?? 0];
}
