import type { Age } from '../nodes/age.ts';
import { isPlainNumber } from '../nodes/cells.ts';
import type { OperatorName, OperatorValues } from '../nodes/operators.ts';
import { ageIn, listedIn, shownIn } from './values.ts';

/** What is said of a value that has a name. German puts the verb last behind "deren", and else first. */
export interface Predicate {
  /** What follows "deren plan", and its opposite. */
  readonly yes: string;
  readonly no: string;
  /** What follows "plan" alone. */
  readonly line: string;
}

/** `what` is `verb`: the gold ist, ist gold. What is missing is among the opposite, unless it says other. */
function said(what: string, verb: string, orNot = 'fehlt'): Predicate {
  return {
    yes: `${what} ${verb}`,
    no: `nicht ${what} ${verb} (oder ${orNot})`,
    line: `${verb} ${what}`,
  };
}

function other(what: string): Predicate {
  return {
    yes: `etwas anderes als ${what} ist`,
    no: `${what} ist (oder fehlt)`,
    line: `ist etwas anderes als ${what}`,
  };
}

/** Numbers by amount, dates by time; … stands for the date. */
function ordered(ofNumber: string, ofMoment: string) {
  return (value: string | number): Predicate =>
    typeof value === 'number' || isPlainNumber(value)
      ? said(`${ofNumber} ${value}`, 'ist', 'fehlt oder keine Zahl ist')
      : said(ofMoment.replace('…', value), 'liegt', 'fehlt oder kein Datum ist');
}

const less = ordered('weniger als', 'vor …');
const greater = ordered('mehr als', 'nach …');

function lying(where: (age: string) => string) {
  return (age: Age): Predicate => said(where(ageIn(age)), 'liegt', 'fehlt oder kein Datum ist');
}

/** One text, or one of several. */
function parts(value: string | readonly string[]): string {
  return typeof value === 'string' ? shownIn(value) : listedIn(value);
}

const known: Predicate = { yes: 'bekannt ist', no: 'fehlt', line: 'ist bekannt' };
const missing: Predicate = { yes: 'fehlt', no: 'bekannt ist', line: 'fehlt' };

export const operators: {
  readonly [K in OperatorName]: (value: OperatorValues[K]) => Predicate;
} = {
  equals: (value) => said(shownIn(value), 'ist'),
  not_equals: (value) => other(shownIn(value)),
  in: (values) => said(listedIn(values), 'ist'),
  not_in: (values) => other(listedIn(values)),
  less,
  before: less,
  greater,
  after: greater,
  at_most: ordered('höchstens', 'am … oder früher'),
  at_least: ordered('mindestens', 'am … oder später'),
  between([low, high]) {
    const isNumber = typeof low === 'number' || isPlainNumber(low);
    const none = isNumber ? 'keine Zahl' : 'kein Datum';
    return said(`im Bereich von ${low} bis ${high}`, 'liegt', `fehlt oder ${none} ist`);
  },
  contains: (value) => ({
    yes: `${parts(value)} enthält`,
    no: `${parts(value)} nicht enthält (oder fehlt)`,
    line: `enthält ${parts(value)}`,
  }),
  not_contains: (value) => ({
    yes: `bekannt ist und ${parts(value)} nicht enthält`,
    no: `${parts(value)} enthält (oder fehlt)`,
    line: `ist bekannt und enthält nicht ${parts(value)}`,
  }),
  starts_with: (value) => said(`mit ${parts(value)}`, 'beginnt'),
  ends_with: (value) => said(`auf ${parts(value)}`, 'endet'),
  within_last: lying((age) => `höchstens ${age} zurück`),
  older_than: lying((age) => `mehr als ${age} zurück`),
  within_next: lying((age) => `höchstens ${age} in der Zukunft`),
  beyond_next: lying((age) => `mehr als ${age} in der Zukunft`),
  exists: () => known,
  missing: () => missing,
};
