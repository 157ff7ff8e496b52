import { type Age, ageInterval, checkAge, spokenAge } from './age.ts';
import { instantParam } from './moments.ts';
import type { AddParam, JsonObject } from './node.ts';
import { under } from './problem.ts';
import { checkMoment } from './scalars.ts';

/** When something happened: every part of it holds. */
export interface When {
  readonly within_last?: Age;
  readonly older_than?: Age;
  readonly after?: string;
  readonly before?: string;
}

export const whenKeys = ['within_last', 'older_than', 'after', 'before'] as const;

export function checkWhen(json: JsonObject, path: string): When {
  const has = (key: string): boolean => Object.hasOwn(json, key);
  const age = (key: 'within_last' | 'older_than') =>
    has(key) ? { [key]: checkAge(json[key], under(path, key)) } : {};
  const moment = (key: 'after' | 'before') =>
    has(key) ? { [key]: checkMoment(json[key], under(path, key)) } : {};
  return { ...age('within_last'), ...age('older_than'), ...moment('after'), ...moment('before') };
}

/** Conditions on a timestamptz, each of them a boolean or NULL. */
export function compileWhen(when: When, instant: string, param: AddParam): string[] {
  const conditions: string[] = [];
  // In a sub-select the clock is asked once, not for every event.
  const ago = (age: Age): string => `(select muster_now() - ${ageInterval(age, param)})`;
  if (when.within_last !== undefined) {
    conditions.push(`${instant} > ${ago(when.within_last)}`, `${instant} <= (select muster_now())`);
  }
  if (when.older_than !== undefined) conditions.push(`${instant} <= ${ago(when.older_than)}`);
  if (when.after !== undefined) conditions.push(`${instant} > ${instantParam(when.after, param)}`);
  if (when.before !== undefined) {
    conditions.push(`${instant} < ${instantParam(when.before, param)}`);
  }
  return conditions;
}

/** The lengths of time after which it may answer otherwise. */
export function agesOf({ within_last: within, older_than: older }: When): readonly Age[] {
  return [within, older].filter((age) => age !== undefined);
}

export function usesClock(when: When): boolean {
  return when.within_last !== undefined || when.older_than !== undefined;
}

/** within the last 30 days and before 2026-07-01 */
export function spokenWhen(when: When): string {
  const parts: string[] = [];
  if (when.within_last !== undefined) parts.push(`within the last ${spokenAge(when.within_last)}`);
  if (when.older_than !== undefined) parts.push(`more than ${spokenAge(when.older_than)} ago`);
  if (when.after !== undefined) parts.push(`after ${when.after}`);
  if (when.before !== undefined) parts.push(`before ${when.before}`);
  return parts.join(' and ');
}
