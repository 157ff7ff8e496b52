import { type Age, ageInterval, checkAge, spokenAge } from './age.ts';
import type { AddParam, CellTest } from './node.ts';
import type { Operator } from './operator.ts';
import { asMoment } from './moments.ts';

// muster_now() goes on ticking, so it is asked once and not for every person; a range is one
// comparison where two would read the cell twice.
const fromClock = (expression: string): string =>
  `(select ${expression} from (select muster_now() at time zone 'UTC' as now offset 0) clock)`;

/** From a timestamp in UTC, as SQL, to a boolean or NULL, by the clock. */
type MomentTest = (moment: string, age: Age, param: AddParam) => string;

/** The four ways in which a moment lies to now. */
const relations = {
  /** After now − age and not after now: what lies ahead is not within the last days. */
  within_last: (moment, age, param) =>
    `${moment} <@ ${fromClock(`tsrange(now - ${ageInterval(age, param)}, now, '(]')`)}`,
  /** At now − age or before. */
  older_than: (moment, age, param) =>
    `${moment} <= ${fromClock(`now - ${ageInterval(age, param)}`)}`,
  /** After now and not after now + age. */
  within_next: (moment, age, param) =>
    `${moment} <@ ${fromClock(`tsrange(now, now + ${ageInterval(age, param)}, '(]')`)}`,
  /** After now + age. */
  beyond_next: (moment, age, param) =>
    `${moment} > ${fromClock(`now + ${ageInterval(age, param)}`)}`,
} satisfies Readonly<Record<string, MomentTest>>;

type Relation = keyof typeof relations;

/** What follows "is" or "was". */
function spokenRelation(relation: Relation, age: Age): string {
  if (relation === 'within_last') return `within the last ${spokenAge(age)}`;
  if (relation === 'older_than') return `more than ${spokenAge(age)} ago`;
  if (relation === 'within_next') return `within the next ${spokenAge(age)}`;
  return `more than ${spokenAge(age)} ahead`;
}

function relative(relation: Relation): Operator<Age> {
  return {
    check: checkAge,
    reach: 'time',
    compile(age, { anyValue, param }) {
      const test: CellTest = (cell) =>
        `(${relations[relation](asMoment(cell, param), age, param)}) is true`;
      return anyValue(test);
    },
    flips: (age, cell, param) => {
      const length = ageInterval(age, param);
      return `(select array[m, m + ${length}, m - ${length}] from (select ${asMoment(cell, param)} as m offset 0) read)`;
    },
    explain(age) {
      const said = spokenRelation(relation, age);
      return { yes: `is ${said}`, no: `is not ${said} (or is missing or no date)` };
    },
  };
}

export const withinLast = relative('within_last');
export const olderThan = relative('older_than');
export const withinNext = relative('within_next');
export const beyondNext = relative('beyond_next');
