import { MusterError } from '#domain/errors/muster-error.ts';
import { anyCell, everyCell, firstFlip } from './nodes/cells.ts';
import { kindOfNode } from './nodes/kinds.ts';
import type { AddParam, Asked, CellTest, Compiling, Param, Reach } from './nodes/node.ts';
import type { Rule } from './rule.ts';

/** Where the values of each trait are, under its name as rules write it: the header of a column. */
export type TraitCatalogue = ReadonlyMap<string, TraitPlace>;

/** In p.traits under that name, or in p.identifiers under the field that its column was mapped to. */
export type TraitPlace =
  | { readonly place: 'traits' /** Some people have a list. */; readonly lists?: boolean }
  | { readonly place: 'identifiers'; readonly field: string };

/** What a rule may ask about, in the database that it is for. */
export interface Known {
  readonly databaseId: number;
  readonly traits: TraitCatalogue;
  /** Ids of its audiences by name. */
  readonly audiences: ReadonlyMap<string, number>;
}

export interface CompiledRule {
  /** A boolean expression over the profile table under the alias p; never NULL. */
  readonly sql: string;
  readonly params: readonly Param[];
  /** What can change the answer for somebody whose own record stays as it is. */
  readonly reach: ReadonlySet<Reach>;
  /** The events that may change it, by name. */
  readonly eventNames: readonly string[];
  /** The audiences that it asks about. */
  readonly audienceIds: readonly number[];
  /** Those of them of which it asks what Meta has. */
  readonly syncedAudienceIds: readonly number[];
  /** The traits that it asks for. */
  readonly traitNames: readonly string[];
  /** Traits that no import has brought yet: everybody lacks them. */
  readonly unknownTraits: readonly string[];
}

/** The compiling of one statement: parts of rules that share its parameters. */
export interface CompilingRules {
  readonly scope: Compiling;
  /** A boolean expression, never NULL. */
  compile(rule: Rule): string;
  /**
   * When the clock may change its answer: a timestamptz or NULL for a person, beside a table
   * `looked_at` of one moment. Null: nobody can say, or it never does.
   */
  until(rule: Rule): string | null;
  /** The same of everybody: a SELECT of profile ids and moments; null as above. */
  untilOfAll(rule: Rule): string | null;
  /** What its answer for p rests on, as jsonb; null: there is nothing of its own. */
  seen(rule: Rule): string | null;
  /** What was needed so far. */
  needs(): Omit<CompiledRule, 'sql'>;
}

/**
 * A rule as SQL. Names and values are parameters, numbered from `firstParam`; nothing that a person
 * wrote becomes text of the statement. Run it unnamed: a generic plan cannot hash its lists.
 */
export function compileRule(
  rule: Rule,
  known: Known,
  firstParam: number,
  of: Asked = 'each',
): CompiledRule {
  const compiling = startCompiling(known, firstParam, of);
  return { sql: compiling.compile(rule), ...compiling.needs() };
}

export function startCompiling(
  known: Known,
  firstParam: number,
  of: Asked = 'each',
): CompilingRules {
  const params: Param[] = [];
  const placeholders = new Map<string, string>();
  const reach = new Set<Reach>();
  const eventNames = new Set<string>();
  const named: Named = {
    ...{ traitNames: new Set(), unknownTraits: new Set() },
    ...{ audienceIds: new Set(), syncedAudienceIds: new Set() },
  };

  const param: AddParam = (value, type) => {
    const key = type + JSON.stringify(value);
    const placeholder = placeholders.get(key) ?? `$${firstParam + params.push(value) - 1}::${type}`;
    placeholders.set(key, placeholder);
    return placeholder;
  };

  const scope = scopeOf(known, param, named, of);

  const compile = (node: Rule): string => {
    const kind = kindOfNode(node);
    for (const one of kind.reach(node)) reach.add(one);
    for (const one of kind.events?.(node) ?? []) eventNames.add(one);
    return kind.compile(node, kind.children(node).map(compile), scope);
  };

  const timed = (node: Rule): Rule[] => {
    const kind = kindOfNode(node);
    return [
      ...(kind.reach(node).includes('time') ? [node] : []),
      ...kind.children(node).flatMap(timed),
    ];
  };

  const until = (rule: Rule): string | null => {
    const moments = timed(rule).map((node) => kindOfNode(node).until?.(node, scope) ?? null);
    const known = moments.filter((moment) => moment !== null);
    return known.length === 0 || known.length < moments.length
      ? null
      : `least(${known.join(', ')})`;
  };

  const untilOfAll = (rule: Rule): string | null => {
    const rows = timed(rule).map((node) => {
      const kind = kindOfNode(node);
      if (kind.untilOfAll !== undefined) return kind.untilOfAll(node, scope);
      const moment = kind.until?.(node, scope) ?? null;
      if (moment === null) return null;
      return `select p.id, ${moment} from profile p where p.database_id = ${param(known.databaseId, 'integer')}`;
    });
    const isKnown = rows.length > 0 && rows.every((row) => row !== null);
    return isKnown ? rows.join(' union all ') : null;
  };

  return {
    ...{ scope, compile, until, untilOfAll },
    seen: (rule) => kindOfNode(rule).seen?.(rule, scope) ?? null,
    needs: () => ({
      ...{ params, reach, eventNames: [...eventNames] },
      audienceIds: [...named.audienceIds],
      syncedAudienceIds: [...named.syncedAudienceIds],
      traitNames: [...named.traitNames],
      unknownTraits: [...named.unknownTraits],
    }),
  };
}

/** What the parts of a rule name, as they are compiled. */
interface Named {
  readonly traitNames: Set<string>;
  readonly unknownTraits: Set<string>;
  readonly audienceIds: Set<number>;
  readonly syncedAudienceIds: Set<number>;
}

function scopeOf(known: Known, param: AddParam, named: Named, of: Asked): Compiling {
  const placeOf = (trait: string): TraitPlace | undefined => {
    named.traitNames.add(trait);
    return known.traits.get(trait);
  };
  return {
    param,
    anyValue(trait, test) {
      const place = placeOf(trait);
      if (place !== undefined) return testAt(place, trait, test, param);
      named.unknownTraits.add(trait);
      return 'false';
    },
    earliest(trait, candidates) {
      const place = placeOf(trait);
      if (place === undefined) return 'null::timestamptz';
      return firstFlip(`${valuesAt(place, trait, param)} as value(v)`, candidates);
    },
    cell(trait) {
      const place = placeOf(trait);
      return place === undefined ? 'null::text' : cellAt(place, trait, param);
    },
    known(trait) {
      const place = placeOf(trait);
      if (place === undefined) return 'null::jsonb';
      if (place.place === 'traits') return `(p.traits -> ${param(trait, 'text')})`;
      if (place.field === 'externalId') return 'to_jsonb(p.external_id)';
      return `(p.identifiers -> ${param(place.field, 'text')})`;
    },
    audienceId(name, about) {
      const id = known.audiences.get(name);
      if (id === undefined) throw new MusterError('RULE_AUDIENCE_UNKNOWN', `“${name}”`);
      named.audienceIds.add(id);
      if (about === 'synchronized') named.syncedAudienceIds.add(id);
      return id;
    },
    databaseId: known.databaseId,
    of,
  };
}

function testAt(place: TraitPlace, trait: string, test: CellTest, param: AddParam): string {
  if (place.place === 'traits') {
    const name = param(trait, 'text');
    if (place.lists !== true) return test(`(p.traits ->> ${name})`);
    return anyCell('p.traits', name, test);
  }
  // The one identifier that has a column of its own.
  if (place.field === 'externalId') return test('p.external_id');
  return anyCell('p.identifiers', param(place.field, 'text'), test);
}

/** All values as the rows of a table. */
function valuesAt(place: TraitPlace, trait: string, param: AddParam): string {
  const [object, name] =
    place.place === 'traits' ? ['p.traits', trait] : ['p.identifiers', place.field];
  if (name === 'externalId' && object === 'p.identifiers') return '(select p.external_id)';
  return everyCell(object, param(name, 'text'));
}

function cellAt(place: TraitPlace, trait: string, param: AddParam): string {
  if (place.place === 'traits') return `(p.traits ->> ${param(trait, 'text')})`;
  if (place.field === 'externalId') return 'p.external_id';
  return `(p.identifiers ->> ${param(place.field, 'text')})`;
}
