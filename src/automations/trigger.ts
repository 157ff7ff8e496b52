import type { ChangeHappening, EventHappening, Happening } from './happening.ts';
import {
  asObject,
  checkKeys,
  invalid,
  type JsonObject,
  numberOf,
  textOf,
  under,
} from './problem.ts';
import { numberIn, propertyOf } from './values.ts';

export type Matches = (happening: Happening) => boolean;

/** A kind of thing that can happen, and what a rule may say about it. */
export interface Trigger {
  /** As a sentence about a person begins: `visited a page`. */
  readonly words: string;
  /** Its parameters; a required one ends with `!`. */
  readonly params: readonly string[];
  /** The test for what a rule says, which was checked for its keys. */
  read(given: JsonObject, path: string): Matches;
}

type Operator = 'equals' | 'less' | 'greater' | 'contains';

const operators: Readonly<Record<Operator, (found: string, value: string | number) => boolean>> = {
  equals: (found, value) => found === String(value),
  less: (found, value) => (numberIn([found]) ?? Number.NaN) < Number(value),
  greater: (found, value) => (numberIn([found]) ?? Number.NaN) > Number(value),
  contains: (found, value) => found.toLowerCase().includes(String(value).toLowerCase()),
};

/**
 * An event that a sender names. `texts` are parameters and the properties that they ask; every rule may
 * also give the event's name as its sender writes it (`event`), and ask any property (`where`).
 */
export function onEvent(
  words: string,
  names: readonly string[] | 'any',
  texts: Readonly<Record<string, readonly string[]>> = {},
): Trigger {
  return {
    words,
    params: [...Object.keys(texts), 'event', 'where'],
    read(given, path) {
      const named =
        given['event'] === undefined ? names : [textOf(given['event'], `${path}.event`)];
      const isNamed = namesMatch(named);
      const where = readWhere(given['where'], under(path, 'where'));
      const asked = Object.entries(texts)
        .filter(([param]) => given[param] !== undefined)
        .map(([param, properties]) => ({
          value: textOf(given[param], under(path, param)),
          properties,
        }));
      return (happening) =>
        happening.kind === 'event' &&
        isNamed(happening.name) &&
        asked.every(({ value, properties }) =>
          properties.some((property) => hasText(happening, property, value, 'contains')),
        ) &&
        where.every((one) => one(happening));
    },
  };
}

/** Senders write `Email Opened`, `email_opened` or `emailOpened`. */
function namesMatch(names: readonly string[] | 'any'): (name: string) => boolean {
  if (names === 'any') return (name) => !['page', 'screen', 'group'].includes(name);
  const known = new Set(names.map(plain));
  return (name) => known.has(plain(name));
}

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

export function hasText(
  happening: EventHappening,
  property: string,
  value: string,
  operator: Operator,
): boolean {
  return propertyOf(happening, property).some((found) => operators[operator](found, value));
}

function readWhere(json: unknown, path: string): ((happening: EventHappening) => boolean)[] {
  if (json === undefined) return [];
  if (!Array.isArray(json) || json.length === 0 || json.length > WHERE_MAX) {
    throw invalid(path, `a list of up to ${WHERE_MAX} conditions`, json);
  }
  return json.map((one, i) => {
    const here = under(path, i);
    const given = asObject(one, here, 'a condition: {"property": …, "op": …, "value": …}');
    checkKeys(given, here, ['property', 'op', 'value']);
    const property = textOf(given['property'], under(here, 'property'));
    const op = given['op'] ?? 'equals';
    if (typeof op !== 'string' || !Object.hasOwn(operators, op)) {
      throw invalid(under(here, 'op'), `one of ${Object.keys(operators).join(', ')}`, op);
    }
    const { value } = given;
    const isText = typeof value === 'string' || typeof value === 'number';
    if (!isText) throw invalid(under(here, 'value'), 'a text or a number', value);
    if (op !== 'equals' && op !== 'contains') numberOf(Number(value), under(here, 'value'));
    const test = operators[op as Operator];
    return (happening) => propertyOf(happening, property).some((found) => test(found, value));
  });
}

/** As many details as an external event has. */
const WHERE_MAX = 20;

/** Something that changed about a person. */
export function onChange(
  words: string,
  params: readonly string[],
  read: (given: JsonObject, path: string) => (change: ChangeHappening) => boolean,
): Trigger {
  return {
    words,
    params,
    read(given, path) {
      const test = read(given, path);
      return (happening) => happening.kind === 'change' && test(happening);
    },
  };
}
