import { type Age, ageInterval, checkAge, spokenAge } from './age.ts';
import {
  checkFilter,
  compileFilter,
  explainFilter,
  type FilterNode,
  filterSize,
} from './filter.ts';
import type { AddParam, JsonObject } from './node.ts';
import { invalid, under } from './problem.ts';
import { checkText, shown } from './scalars.ts';

/** An event by name and properties, and what the same person did after it. */
export interface EventStep {
  readonly event: string;
  readonly where?: FilterNode;
  /** The person did this later, within its time. */
  readonly followed_by?: LaterStep;
  /** The person did not. */
  readonly not_followed_by?: LaterStep;
}

interface LaterStep extends EventStep {
  /** How long after the step before it, at most. */
  readonly within?: Age;
}

export const stepKeys = ['event', 'where', 'followed_by', 'not_followed_by'] as const;
const laterKeys: readonly string[] = [...stepKeys, 'within'];

/** A chain of more is no behaviour that anybody could name. */
const stepsMax = 10;

export function checkStep(json: JsonObject, path: string, step = 1): EventStep {
  const has = (key: string): boolean => Object.hasOwn(json, key);
  const later = (key: 'followed_by' | 'not_followed_by') =>
    has(key) ? { [key]: checkLater(json[key], under(path, key), step + 1) } : {};
  return {
    event: checkText(json['event'], under(path, 'event')),
    ...(has('where') ? { where: checkFilter(json['where'], under(path, 'where')) } : {}),
    ...later('followed_by'),
    ...later('not_followed_by'),
  };
}

function checkLater(json: unknown, path: string, step: number): LaterStep {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw invalid(path, 'an event such as {"event": "Order Completed"}', json);
  }
  if (step > stepsMax) throw invalid(path, `at most ${stepsMax} events in order`, json);
  const given = json as JsonObject;
  if (!Object.keys(given).every((key) => laterKeys.includes(key))) {
    throw invalid(path, `only ${laterKeys.map((key) => `"${key}"`).join(', ')}`, json);
  }
  const within = given['within'];
  return {
    ...checkStep(given, path, step),
    ...(within === undefined ? {} : { within: checkAge(within, under(path, 'within')) }),
  };
}

/**
 * What follows `where` for the events that are meant, beside `whose` they are: conditions on
 * `eventAlias(0)`; never NULL.
 */
export function compileStep(
  step: EventStep,
  param: AddParam,
  whose: readonly string[],
  number = 0,
): string[] {
  const alias = eventAlias(number);
  const conditions = [...whose, `${alias}.name = ${param(step.event, 'text')}`];
  if (step.where !== undefined) conditions.push(compileFilter(step.where, alias, param));
  const later = (next: LaterStep): string => {
    const nextAlias = eventAlias(number + 1);
    const same = ['database_id', 'profile_id'].map((id) => `${nextAlias}.${id} = ${alias}.${id}`);
    const order = [`${nextAlias}.at > ${alias}.at`];
    if (next.within !== undefined) {
      order.push(`${nextAlias}.at <= ${alias}.at + ${ageInterval(next.within, param)}`);
    }
    const all = [...compileStep(next, param, same, number + 1), ...order];
    return `exists (select from event ${nextAlias} where ${all.join(' and ')})`;
  };
  if (step.followed_by !== undefined) conditions.push(later(step.followed_by));
  if (step.not_followed_by !== undefined) conditions.push(`not ${later(step.not_followed_by)}`);
  return conditions;
}

export function eventAlias(number: number): string {
  return `e${number}`;
}

/** "Order Completed" (whose total is more than 50) */
export function spokenEvent({ event, where }: EventStep): string {
  return where === undefined ? shown(event) : `${shown(event)} (${explainFilter(where).yes.text})`;
}

/** and then "Refund" within 7 days, or nothing */
export function spokenLater(step: EventStep): string {
  const later = (words: string, next: LaterStep | undefined): string => {
    if (next === undefined) return '';
    const within = next.within === undefined ? '' : ` within ${spokenAge(next.within)}`;
    return ` ${words} ${spokenEvent(next)}${within}${spokenLater(next)}`;
  };
  return later('and then', step.followed_by) + later('and then not', step.not_followed_by);
}

/** So many conditions are in it. */
export function stepSize({
  where,
  followed_by: followed,
  not_followed_by: notFollowed,
}: EventStep): number {
  const later = [followed, notFollowed].filter((next) => next !== undefined);
  return (
    1 + (where === undefined ? 0 : filterSize(where)) + later.reduce((n, s) => n + stepSize(s), 0)
  );
}

/** Names of all events in it. */
export function namesOf({
  event,
  followed_by: followed,
  not_followed_by: notFollowed,
}: EventStep): readonly string[] {
  const later = [followed, notFollowed].filter((next) => next !== undefined);
  return [event, ...later.flatMap(namesOf)];
}

/** Every filter in it. */
export function filtersOf({
  where,
  followed_by: followed,
  not_followed_by: notFollowed,
}: EventStep): readonly FilterNode[] {
  const later = [followed, notFollowed].filter((next) => next !== undefined).flatMap(filtersOf);
  return where === undefined ? later : [where, ...later];
}
