import type { Happening } from './happening.ts';
import { asObject, checkKeys, invalid, textOf, under } from './problem.ts';
import type { Matches } from './trigger.ts';
import { readDateNear, triggerKeys, triggers, type TriggerKey } from './triggers.ts';

/** What starts somebody on their way: any of several things that happen, or a date that comes near. */
export interface Start {
  readonly matches: Matches;
  /** Traits that hold a date, and how many days before it somebody starts. */
  readonly dates: readonly { readonly name: string; readonly days: number }[];
  readonly words: string;
}

const STARTS_MAX = 50;

/** `[{"on": "tagged", "tags": ["vip"]}, …]`; each is an alternative. */
export function readStart(json: unknown, path: string): Start {
  if (!Array.isArray(json) || json.length === 0 || json.length > STARTS_MAX) {
    throw invalid(path, 'a list such as [{"on": "tagged", "tags": ["vip"]}]', json);
  }
  const read = json.map((one, i) => readOne(one, under(path, i)));
  return {
    matches: (happening: Happening) => read.some(({ matches }) => matches(happening)),
    dates: read.flatMap(({ date }) => date ?? []),
    words: read.map(({ words }) => words).join(', or '),
  };
}

function readOne(json: unknown, path: string) {
  const given = asObject(json, path, 'something that happens, such as {"on": "opted_in"}');
  const key = textOf(given['on'], under(path, 'on'));
  if (!isTriggerKey(key)) throw invalid(under(path, 'on'), `one of ${triggerKeys.join(', ')}`, key);
  const trigger = triggers[key];
  const params: readonly string[] = trigger.params;
  const names = params.map((param) => param.replace('!', ''));
  checkKeys(given, path, ['on', ...names]);
  for (const param of params.filter((one) => one.endsWith('!'))) {
    const name = param.slice(0, -1);
    if (given[name] === undefined) throw invalid(under(path, name), 'a value', undefined);
  }
  const said = names.flatMap((name) => {
    const value = given[name];
    return value === undefined ? [] : [`${name} ${JSON.stringify(value)}`];
  });
  return {
    matches: trigger.read(given, path),
    date: key === 'date_near' ? readDateNear(given, path) : null,
    words: said.length === 0 ? trigger.words : `${trigger.words} (${said.join(', ')})`,
  };
}

function isTriggerKey(key: string): key is TriggerKey {
  return Object.hasOwn(triggers, key);
}
