import type { AddParam, JsonObject } from './node.ts';
import { invalid, under } from './problem.ts';

const comparisons = {
  at_least: { sql: '>=', words: 'at least', allowsZero: (bound: number) => bound <= 0 },
  at_most: { sql: '<=', words: 'at most', allowsZero: (bound: number) => bound >= 0 },
  greater: { sql: '>', words: 'more than', allowsZero: (bound: number) => bound < 0 },
  less: { sql: '<', words: 'less than', allowsZero: (bound: number) => bound > 0 },
  exactly: { sql: '=', words: 'exactly', allowsZero: (bound: number) => bound === 0 },
} as const;
type Comparison = keyof typeof comparisons;

/** What a number has to be: one comparison or several, all of which hold. */
export type Bounds = Readonly<Partial<Record<Comparison, number>>>;

export const boundKeys = Object.keys(comparisons) as readonly Comparison[];

/** `what` is the number that is expected, with its article. */
export function checkBounds(
  json: JsonObject,
  path: string,
  what: { words: string; fits: (value: number) => boolean },
): Bounds {
  const bounds: Partial<Record<Comparison, number>> = {};
  for (const key of boundKeys) {
    if (!Object.hasOwn(json, key)) continue;
    const value = json[key];
    if (typeof value !== 'number' || !what.fits(value)) {
      throw invalid(under(path, key), what.words, value);
    }
    bounds[key] = value;
  }
  if (Object.keys(bounds).length === 0) {
    throw invalid(path, `one of ${boundKeys.map((key) => `"${key}"`).join(', ')}`, json);
  }
  return bounds;
}

export function compileBounds(bounds: Bounds, number: string, param: AddParam): string {
  return partsOf(bounds)
    .map(([key, value]) => `${number} ${comparisons[key].sql} ${param(String(value), 'numeric')}`)
    .join(' and ');
}

export function allowsZero(bounds: Bounds): boolean {
  return partsOf(bounds).every(([key, value]) => comparisons[key].allowsZero(value));
}

/** at least 2 and at most 5 */
export function spokenBounds(bounds: Bounds): string {
  return partsOf(bounds)
    .map(([key, value]) => `${comparisons[key].words} ${value}`)
    .join(' and ');
}

function partsOf(bounds: Bounds): [Comparison, number][] {
  return boundKeys.flatMap((key): [Comparison, number][] => {
    const value = bounds[key];
    return value === undefined ? [] : [[key, value]];
  });
}
