import type { PersonEvent } from './people.ts';

/** An event condition as JSON, read as loosely as the rules of naive-evaluator.ts. */
export interface NaiveEvent {
  readonly event: string;
  readonly where?: NaiveFilter;
  readonly within?: NaiveAge;
  readonly followed_by?: NaiveEvent;
  readonly not_followed_by?: NaiveEvent;
  readonly count?: NaiveBounds;
  readonly sum?: NaiveBounds;
  readonly average?: NaiveBounds;
  readonly first?: NaiveWhen;
  readonly last?: NaiveWhen;
  readonly within_last?: NaiveAge;
  readonly older_than?: NaiveAge;
  readonly after?: string;
  readonly before?: string;
}

export interface NaiveFilter {
  readonly all?: readonly NaiveFilter[];
  readonly any?: readonly NaiveFilter[];
  readonly not?: NaiveFilter;
  readonly property?: string;
  readonly op?: string;
  readonly value?: unknown;
}

type NaiveWhen = Pick<NaiveEvent, 'within_last' | 'older_than' | 'after' | 'before'>;
type NaiveAge = Readonly<Record<string, number>>;
interface NaiveBounds {
  readonly property?: string;
  readonly at_least?: number;
  readonly at_most?: number;
  readonly greater?: number;
  readonly less?: number;
  readonly exactly?: number;
}

/** A filter about one event's properties, answered by whoever knows the operators. */
export type AnswerFilter = (filter: NaiveFilter, properties: object) => boolean;

/** Whether somebody with these events did it: moments in ms, since tests need no finer ones. */
export function answerEvent(
  rule: NaiveEvent,
  events: readonly PersonEvent[],
  now: string,
  answers: AnswerFilter,
): boolean {
  const nowMs = Date.parse(now);
  const meant = events.filter(
    (one) => isMeant(rule, one, events, answers) && isThen(rule, msOf(one.at), nowMs),
  );
  const times = meant.map(({ at }) => msOf(at)).toSorted((a, b) => a - b);
  const asks = [rule.count, rule.sum, rule.average, rule.first, rule.last];
  if (asks.every((part) => part === undefined)) return meant.length > 0;
  const [first, last] = [times[0], times.at(-1)];
  return (
    isWithin(rule.count, meant.length) &&
    isWithin(rule.sum, measured(rule.sum, meant)?.sum) &&
    isWithin(rule.average, measured(rule.average, meant)?.average) &&
    (rule.first === undefined || (first !== undefined && isThen(rule.first, first, nowMs))) &&
    (rule.last === undefined || (last !== undefined && isThen(rule.last, last, nowMs)))
  );
}

function isMeant(
  step: NaiveEvent,
  one: PersonEvent,
  events: readonly PersonEvent[],
  answers: AnswerFilter,
): boolean {
  if (one.name !== step.event) return false;
  if (step.where !== undefined && !answers(step.where, one.properties ?? {})) return false;
  const followed = (next: NaiveEvent): boolean =>
    events.some((later) => {
      const afterMs = msOf(later.at) - msOf(one.at);
      const isInTime = next.within === undefined || afterMs <= lengthOf(next.within);
      return afterMs > 0 && isInTime && isMeant(next, later, events, answers);
    });
  return (
    (step.followed_by === undefined || followed(step.followed_by)) &&
    (step.not_followed_by === undefined || !followed(step.not_followed_by))
  );
}

function isThen(when: NaiveWhen, atMs: number, nowMs: number): boolean {
  const { within_last: within, older_than: older, after, before } = when;
  if (within !== undefined && !(atMs > nowMs - lengthOf(within) && atMs <= nowMs)) return false;
  if (older !== undefined && !(atMs <= nowMs - lengthOf(older))) return false;
  if (after !== undefined && !(atMs > msOf(after))) return false;
  return before === undefined || atMs < msOf(before);
}

/** Of whole numbers only, which the tests keep to, so that nothing is rounded. */
function measured(
  bounds: NaiveBounds | undefined,
  meant: readonly PersonEvent[],
): { sum: number; average: number } | undefined {
  const numbers = meant
    .map(({ properties = {} }) => properties[bounds?.property ?? ''])
    .filter((value) => /^ *(0|-?[1-9][0-9]*) *$/.test(String(value)) && typeof value !== 'object')
    .map(Number);
  if (numbers.length === 0) return undefined;
  const sum = numbers.reduce((a, b) => a + b, 0);
  return { sum, average: sum / numbers.length };
}

function isWithin(bounds: NaiveBounds | undefined, value: number | undefined): boolean {
  if (bounds === undefined) return true;
  if (value === undefined) return false;
  const { at_least: low = -Infinity, at_most: high = Infinity, exactly = value } = bounds;
  const { greater = -Infinity, less = Infinity } = bounds;
  return value >= low && value <= high && value > greater && value < less && value === exactly;
}

function lengthOf({ days = 0, hours = 0, minutes = 0 }: NaiveAge): number {
  return ((days * 24 + hours) * 60 + minutes) * 60_000;
}

function msOf(moment: string): number {
  return Date.parse(moment);
}
