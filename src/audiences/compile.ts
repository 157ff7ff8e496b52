import { kindOfNode } from './nodes/kinds.ts';
import type { AddParam, CellTest, Compiling, Param, Reach } from './nodes/node.ts';
import type { Rule } from './rule.ts';

/** Where the values of each trait are, under its name as rules write it: the header of a column. */
export type TraitCatalogue = ReadonlyMap<string, TraitPlace>;

/** In p.traits under that name, or in p.identifiers under the field that its column was mapped to. */
export type TraitPlace =
  | { readonly place: 'traits' /** Some people have a list. */; readonly lists?: boolean }
  | { readonly place: 'identifiers'; readonly field: string };

export interface CompiledRule {
  /** A boolean expression over the profile table under the alias p; never NULL. */
  readonly sql: string;
  readonly params: readonly Param[];
  /** Whether the clock alone can change the answer. */
  readonly reach: Reach;
  /** Traits that no import has brought yet: everybody lacks them. */
  readonly unknownTraits: readonly string[];
}

/**
 * A rule as SQL. Names and values are parameters, numbered from `firstParam`; nothing that a person
 * wrote becomes text of the statement. Run it unnamed: a generic plan cannot hash its lists.
 */
export function compileRule(
  rule: Rule,
  catalogue: TraitCatalogue,
  firstParam: number,
): CompiledRule {
  const params: Param[] = [];
  const placeholders = new Map<string, string>();
  const unknownTraits = new Set<string>();
  let reach: Reach = 'self';

  const param: AddParam = (value, type) => {
    const key = type + JSON.stringify(value);
    const placeholder = placeholders.get(key) ?? `$${firstParam + params.push(value) - 1}::${type}`;
    placeholders.set(key, placeholder);
    return placeholder;
  };

  const scope: Compiling = {
    param,
    anyValue(trait, test) {
      const place = catalogue.get(trait);
      if (place !== undefined) return testAt(place, trait, test, param);
      unknownTraits.add(trait);
      return 'false';
    },
  };

  const compile = (node: Rule): string => {
    const kind = kindOfNode(node);
    if (kind.reach(node) === 'time') reach = 'time';
    return kind.compile(node, kind.children(node).map(compile), scope);
  };

  const sql = compile(rule);
  return { sql, params, reach, unknownTraits: [...unknownTraits] };
}

function testAt(place: TraitPlace, trait: string, test: CellTest, param: AddParam): string {
  if (place.place === 'traits') {
    const name = param(trait, 'text');
    if (place.lists !== true) return test(`(p.traits ->> ${name})`);
    return testEach('p.traits', name, test);
  }
  // The one identifier that has a column of its own.
  if (place.field === 'externalId') return test('p.external_id');
  return testEach('p.identifiers', param(place.field, 'text'), test);
}

/** A list passes if one of its values does. */
function testEach(object: string, name: string, test: CellTest): string {
  return (
    `case when jsonb_typeof(${object} -> ${name}) = 'array'` +
    ` then exists (select from jsonb_array_elements_text(${object} -> ${name}) as value(v)` +
    ` where ${test('value.v')})` +
    ` else ${test(`(${object} ->> ${name})`)} end`
  );
}
