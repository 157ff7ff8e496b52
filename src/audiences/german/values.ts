import type { Age } from '../nodes/age.ts';
import type { Bounds } from '../nodes/bounds.ts';
import { boundKeys } from '../nodes/bounds.ts';
import type { Scalar } from '../nodes/operator.ts';
import { shown } from '../nodes/scalars.ts';

/** So many values of a list are said in a sentence, as in English. */
const shownMax = 5;

export function number(value: number): string {
  return value.toLocaleString('de-DE');
}

export function shownIn(value: Scalar): string {
  if (typeof value === 'boolean') return value ? 'wahr' : 'falsch';
  return shown(value);
}

/** "a", 5 oder einer von 12 weiteren */
export function listedIn(values: readonly Scalar[]): string {
  const more = values.length - shownMax;
  const said = values.slice(0, shownMax).map(shownIn);
  if (more > 0) said.push(`einer von ${number(more)} weiteren`);
  return new Intl.ListFormat('de-DE', { type: 'disjunction' }).format(said);
}

const units = {
  days: { one: 'Tag', many: 'Tage' },
  hours: { one: 'Stunde', many: 'Stunden' },
  minutes: { one: 'Minute', many: 'Minuten' },
} as const;

/** 30 Tage, 1 Stunde: nominative or accusative, so sentences are built for those. */
export function ageIn(age: Age): string {
  for (const unit of ['days', 'hours', 'minutes'] as const) {
    const length = age[unit];
    if (length === undefined) continue;
    return length === 1 ? `1 ${units[unit].one}` : `${number(length)} ${units[unit].many}`;
  }
  return '';
}

const comparisons: Readonly<Record<keyof Bounds, string>> = {
  at_least: 'mindestens',
  at_most: 'höchstens',
  greater: 'mehr als',
  less: 'weniger als',
  exactly: 'genau',
};

/** mindestens 2 und höchstens 5 */
export function boundsIn(bounds: Bounds): string {
  return boundKeys
    .flatMap((key) => {
      const value = bounds[key];
      return value === undefined ? [] : [`${comparisons[key]} ${number(value)}`];
    })
    .join(' und ');
}
