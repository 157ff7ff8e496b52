import { ageInterval } from './age.ts';
import { asNumber } from './cells.ts';
import {
  allowsZero,
  type Bounds,
  boundKeys,
  checkBounds,
  compileBounds,
  spokenBounds,
} from './bounds.ts';
import {
  checkStep,
  compileStep,
  type EventStep,
  eventAlias,
  filtersOf,
  namesOf,
  spokenEvent,
  spokenLater,
  stepKeys,
  stepSize,
} from './event-step.ts';
import { filterUsesClock } from './filter.ts';
import type { Compiling, JsonObject, NodeKind } from './node.ts';
import { invalid, under } from './problem.ts';
import { checkText, shown } from './scalars.ts';
import {
  agesOf,
  checkWhen,
  compileWhen,
  spokenWhen,
  usesClock,
  type When,
  whenKeys,
} from './when.ts';

/**
 * What a person did. The events that are meant are those of the name that pass `where`, the window and
 * what comes after; there is at least one of them, or as many as `count` says.
 */
export interface EventNode extends EventStep, When {
  readonly count?: Bounds;
  /** Of a property over the events that are meant; nobody without such a number has one. */
  readonly sum?: Measure;
  readonly average?: Measure;
  /** When the first, or the last, of the events that are meant happened. */
  readonly first?: When;
  readonly last?: When;
}

type Measure = Bounds & { readonly property: string };

const measures = { sum: 'sum', average: 'avg' } as const;
type MeasureKey = keyof typeof measures;
const measureKeys = Object.keys(measures) as readonly MeasureKey[];

const wholeNumber = {
  words: 'a whole number from 0',
  fits: (value: number) => Number.isSafeInteger(value) && value >= 0,
};
const anyNumber = {
  words: 'a number',
  fits: (value: number) =>
    Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value)),
};

export const event: NodeKind<EventNode, never> = {
  keys: [...stepKeys, ...whenKeys, 'count', ...measureKeys, 'first', 'last'],

  check(json, path) {
    const part = <Part>(
      key: string,
      keys: readonly string[],
      read: (of: JsonObject, at: string) => Part,
    ) => {
      const at = under(path, key);
      return Object.hasOwn(json, key) ? { [key]: read(checkPart(json[key], at, keys), at) } : {};
    };
    const measure = (of: JsonObject, at: string): Measure => ({
      property: checkText(of['property'], under(at, 'property')),
      ...checkBounds(of, at, anyNumber),
    });
    return {
      ...checkStep(json, path),
      ...checkWhen(json, path),
      ...part('count', boundKeys, (of, at) => checkBounds(of, at, wholeNumber)),
      ...part('sum', ['property', ...boundKeys], measure),
      ...part('average', ['property', ...boundKeys], measure),
      ...part('first', whenKeys, checkWhen),
      ...part('last', whenKeys, checkWhen),
    };
  },

  children: () => [],
  size: stepSize,
  reach: (node) => (isTimed(node) ? ['time'] : []),
  events: namesOf,

  until(node, scope) {
    if (filtersOf(node).some(filterUsesClock)) return null;
    return `(select min(x.flip) from ${flipsOf(node, { ...scope, of: 'each' })})`;
  },

  untilOfAll(node, scope) {
    if (filtersOf(node).some(filterUsesClock)) return null;
    return `select done.id, min(x.flip) from ${flipsOf(node, { ...scope, of: 'all' })} group by done.id`;
  },

  compile(node, _, scope) {
    const conditions = conditionsOf(node, scope);
    if (scope.of === 'each') {
      if (conditions.length === 0) return `exists (select ${eventsOf(node, scope)})`;
      return `exists (select from (select ${figuresOf(node, scope)}) x where ${conditions.join(' and ')})`;
    }
    const id = `${rowOf(node)}.profile_id`;
    if (conditions.length === 0) return `(p.id in (select ${id} ${eventsOf(node, scope)}))`;
    const all = `select ${id} as id, ${figuresOf(node, scope)} group by ${id}`;
    // Who did nothing has no row, so where nothing is enough it is the others who are looked for.
    return holdsOfNothing(node)
      ? `(not p.id in (select x.id from (${all}) x where (${conditions.join(' and ')}) is not true))`
      : `(p.id in (select x.id from (${all}) x where ${conditions.join(' and ')}))`;
  },

  seen(node, scope) {
    const figures = [
      'number',
      'first_at',
      'last_at',
      ...measureKeys.flatMap((key) => (node[key] === undefined ? [] : [`${key}_of`])),
    ];
    const pairs = figures.map((figure) => `'${figure}', x.${figure}`);
    return `(select jsonb_build_object(${pairs.join(', ')}) from (select ${figuresOf(node, { ...scope, of: 'each' })}) x)`;
  },

  explain(node) {
    const said = `done ${spokenNode(node)}`;
    return {
      yes: { text: `who have ${said}`, joined: true },
      no: { text: `who have not ${said}`, joined: true },
    };
  },
  line: (node) => `did ${spokenNode(node)}`,
};

function checkPart(json: unknown, path: string, keys: readonly string[]): JsonObject {
  const listed = keys.map((key) => `"${key}"`).join(', ');
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw invalid(path, `an object with some of ${listed}`, json);
  }
  const given = Object.keys(json);
  if (given.length === 0 || !given.every((key) => keys.includes(key))) {
    throw invalid(path, `only ${listed}`, json);
  }
  return json as JsonObject;
}

/** The summary knows everything about all events of a name, and nothing about some of them. */
function isSummed(node: EventNode): boolean {
  const narrows = [node.where, node.followed_by, node.not_followed_by, node.sum, node.average];
  return [...narrows, ...whenKeys.map((key) => node[key])].every((part) => part === undefined);
}

/** What the row of an event, or of a summary, is called. */
function rowOf(node: EventNode): string {
  return isSummed(node) ? 's' : eventAlias(0);
}

/** Whose row it is: of person p, or of anybody. */
function ownedBy(row: string, { of, param, databaseId }: Compiling): string[] {
  return of === 'each'
    ? [`${row}.database_id = p.database_id`, `${row}.profile_id = p.id`]
    : [`${row}.database_id = ${param(databaseId, 'integer')}`];
}

function eventsOf(node: EventNode, scope: Compiling): string {
  const { param } = scope;
  const row = rowOf(node);
  const whose = ownedBy(row, scope);
  if (isSummed(node)) {
    return `from event_summary s where ${whose.join(' and ')} and s.name = ${param(node.event, 'text')}`;
  }
  const conditions = [...compileStep(node, param, whose), ...compileWhen(node, `${row}.at`, param)];
  return `from event ${row} where ${conditions.join(' and ')}`;
}

/** One row for a person, whether there are events or not; of everybody at once, for those who have any. */
function figuresOf(node: EventNode, scope: Compiling): string {
  if (isSummed(node)) {
    return (
      `coalesce(sum(s.count), 0) as number, min(s.first_at) as first_at,` +
      ` max(s.last_at) as last_at ${eventsOf(node, scope)}`
    );
  }
  const row = rowOf(node);
  const figures = [
    'count(*) as number',
    `min(${row}.at) as first_at`,
    `max(${row}.at) as last_at`,
    ...measureKeys.flatMap((key) => {
      const measure = node[key];
      if (measure === undefined) return [];
      const cell = `(${row}.properties ->> ${scope.param(measure.property, 'text')})`;
      return [`${measures[key]}(${asNumber(cell)}) as ${key}_of`];
    }),
  ];
  return `${figures.join(', ')} ${eventsOf(node, scope)}`;
}

/** What the figures x have to be; none: that there is an event. */
function conditionsOf(node: EventNode, { param }: Compiling): string[] {
  return [
    ...(node.count === undefined ? [] : [compileBounds(node.count, 'x.number', param)]),
    ...measureKeys.flatMap((key) => {
      const bounds = node[key];
      return bounds === undefined ? [] : [compileBounds(bounds, `x.${key}_of`, param)];
    }),
    ...compileWhen(node.first ?? {}, 'x.first_at', param),
    ...compileWhen(node.last ?? {}, 'x.last_at', param),
  ];
}

/** A sum, a first and a last of nothing are missing, and no condition on them holds. */
function holdsOfNothing({ count, sum, average, first, last }: EventNode): boolean {
  const others = [sum, average, first, last];
  return others.every((part) => part === undefined) && count !== undefined && allowsZero(count);
}

/** The moments x.flip to come at which an event, or its age, may answer otherwise; done.id: of whom. */
function flipsOf(node: EventNode, scope: Compiling): string {
  const { param } = scope;
  const ages = [node, node.first ?? {}, node.last ?? {}]
    .flatMap(agesOf)
    .map((age) => ageInterval(age, param));
  const now = '(select l.at from looked_at l)';
  const moments = ['done.at', ...ages.map((age) => `done.at + ${age}`)];
  const row = rowOf(node);
  const conditions = [...ownedBy(row, scope), `${row}.name = ${param(node.event, 'text')}`];
  const done = isSummed(node)
    ? `select s.profile_id as id, at from event_summary s, unnest(array[s.first_at, s.last_at]) at` +
      ` where ${conditions.join(' and ')}`
    : `select ${row}.profile_id as id, ${row}.at from event ${row} where ${conditions.join(' and ')}` +
      ` and ${row}.at > ${now} - greatest(interval '0', ${ages.join(', ')})`;
  return `(${done}) done, unnest(array[${moments.join(', ')}]) x (flip) where x.flip > ${now}`;
}

function isTimed(node: EventNode): boolean {
  return (
    [node, node.first ?? {}, node.last ?? {}].some(usesClock) ||
    filtersOf(node).some(filterUsesClock)
  );
}

/** "Order Completed" (whose total is more than 50), at least 2 times, within the last 30 days */
function spokenNode(node: EventNode): string {
  const parts = [`${spokenEvent(node)}${spokenLater(node)}`];
  const window = spokenWhen(node);
  if (window !== '') parts.push(window);
  if (node.count !== undefined) parts.push(`${spokenBounds(node.count)} times`);
  for (const key of measureKeys) {
    const measure = node[key];
    if (measure === undefined) continue;
    parts.push(`with a ${key} of ${shown(measure.property)} of ${spokenBounds(measure)}`);
  }
  if (node.first !== undefined) parts.push(`the first of them ${spokenWhen(node.first)}`);
  if (node.last !== undefined) parts.push(`the last of them ${spokenWhen(node.last)}`);
  return parts.join(', ');
}
