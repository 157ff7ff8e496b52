import type { AddParam } from './node.ts';
import type { Operator } from './operator.ts';
import { asMoment } from './moments.ts';
import { invalid, under } from './problem.ts';

/** A number of days before now; a day is 24 hours. */
export interface Age {
  readonly days: number;
}

/** A hundred years. */
const daysMax = 36_525;

function checkAge(json: unknown, path: string): Age {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw invalid(path, 'a number of days such as {"days": 30}', json);
  }
  const { days, ...others }: { days?: unknown } = json;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw invalid(path, 'only {"days": …}', json);
  if (typeof days !== 'number' || !Number.isInteger(days) || days < 1 || days > daysMax) {
    throw invalid(under(path, 'days'), `a whole number from 1 to ${daysMax}`, days);
  }
  return { days };
}

// muster_now() goes on ticking, so it is asked once and not for every person; a range is one
// comparison where two would read the cell twice.
const window = (range: string): string =>
  `(select ${range} from (select muster_now() at time zone 'UTC' as now offset 0) clock)`;

const ago = ({ days }: Age, param: AddParam): string =>
  `now - ${param(days, 'integer')} * interval '24 hours'`;

/** After now − days and not after now: what lies ahead is not within the last days. */
export const withinLast: Operator<Age> = {
  check: checkAge,
  reach: 'time',
  compile(age, { anyValue, param }) {
    return anyValue((cell) => {
      const range = window(`tsrange(${ago(age, param)}, now, '(]')`);
      return `(${asMoment(cell, param)} <@ ${range}) is true`;
    });
  },
  explain: ({ days }) => ({
    yes: `is within the last ${counted(days)}`,
    no: `is not within the last ${counted(days)} (or is missing or no date)`,
  }),
};

/** At now − days or before. */
export const olderThan: Operator<Age> = {
  check: checkAge,
  reach: 'time',
  compile(age, { anyValue, param }) {
    return anyValue((cell) => `(${asMoment(cell, param)} <= ${window(ago(age, param))}) is true`);
  },
  explain: ({ days }) => ({
    yes: `is more than ${counted(days)} ago`,
    no: `is not more than ${counted(days)} ago (or is missing or no date)`,
  }),
};

function counted(days: number): string {
  return days === 1 ? '1 day' : `${days.toLocaleString('en-US')} days`;
}
