import { ageInterval } from './age.ts';
import { asNumber } from './cells.ts';
import { type Bounds, boundKeys, checkBounds, compileBounds, spokenBounds } from './_bounds.ts';
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
} from './_event-step.ts';
import { filterUsesClock } from './filter.ts';
import type { AddParam, JsonObject, NodeKind } from './node.ts';
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
} from './_when.ts';

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

  until(node, { param }) {
    if (filtersOf(node).some(filterUsesClock)) return null;
    const ages = [node, node.first ?? {}, node.last ?? {}].flatMap(agesOf);
    const moments = ['at', ...ages.map((age) => `at + ${ageInterval(age, param)}`)];
    const known =
      `from event_summary s, unnest(array[s.first_at, s.last_at]) at` +
      ` where s.database_id = p.database_id and s.profile_id = p.id`;
    const all = `from event e where e.database_id = p.database_id and e.profile_id = p.id`;
    const named = isSummed(node)
      ? `select at ${known} and s.name = ${param(node.event, 'text')}`
      : `select at ${all} and e.name = ${param(node.event, 'text')}`;
    return (
      `(select min(x.flip) from (${named}) done, unnest(array[${moments.join(', ')}]) x (flip)` +
      ` where x.flip > (select l.at from looked_at l))`
    );
  },

  compile(node, _, { param }) {
    const asks = node.count ?? node.sum ?? node.average ?? node.first ?? node.last;
    if (asks === undefined) return `exists (select ${eventsOf(node, param)})`;
    const conditions = [
      ...(node.count === undefined ? [] : [compileBounds(node.count, 'x.number', param)]),
      ...measureKeys.flatMap((key) => {
        const bounds = node[key];
        return bounds === undefined ? [] : [compileBounds(bounds, `x.${key}_of`, param)];
      }),
      ...compileWhen(node.first ?? {}, 'x.first_at', param),
      ...compileWhen(node.last ?? {}, 'x.last_at', param),
    ];
    return `exists (select from (select ${figuresOf(node, param)}) x where ${conditions.join(' and ')})`;
  },

  seen(node, { param }) {
    const figures = [
      'number',
      'first_at',
      'last_at',
      ...measureKeys.flatMap((key) => (node[key] === undefined ? [] : [`${key}_of`])),
    ];
    const pairs = figures.map((figure) => `'${figure}', x.${figure}`);
    return `(select jsonb_build_object(${pairs.join(', ')}) from (select ${figuresOf(node, param)}) x)`;
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

function eventsOf(node: EventNode, param: AddParam): string {
  if (isSummed(node)) {
    return (
      `from event_summary s where s.database_id = p.database_id and s.profile_id = p.id` +
      ` and s.name = ${param(node.event, 'text')}`
    );
  }
  const first = eventAlias(0);
  const conditions = [...compileStep(node, param), ...compileWhen(node, `${first}.at`, param)];
  return `from event ${first} where ${conditions.join(' and ')}`;
}

/** One row, whether there are events or not. */
function figuresOf(node: EventNode, param: AddParam): string {
  if (isSummed(node)) {
    return (
      `coalesce(sum(s.count), 0) as number, min(s.first_at) as first_at,` +
      ` max(s.last_at) as last_at ${eventsOf(node, param)}`
    );
  }
  const first = eventAlias(0);
  const figures = [
    'count(*) as number',
    `min(${first}.at) as first_at`,
    `max(${first}.at) as last_at`,
    ...measureKeys.flatMap((key) => {
      const measure = node[key];
      if (measure === undefined) return [];
      const cell = `(${first}.properties ->> ${param(measure.property, 'text')})`;
      return [`${measures[key]}(${asNumber(cell)}) as ${key}_of`];
    }),
  ];
  return `${figures.join(', ')} ${eventsOf(node, param)}`;
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
