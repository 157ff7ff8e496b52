import { startCompiling, type TraitCatalogue } from '#audiences/compile.ts';
import { explainNodes } from '#audiences/explain.ts';
import { shown } from '#audiences/nodes/scalars.ts';
import { parseRule, type Rule } from '#audiences/rule.ts';
import type { Language } from '#domain/language.ts';
import { mask } from '#identifiers/mask.ts';
import { type Db, one } from '#store/db.ts';
import { knownTo } from './scope.ts';

/** A line of a rule, and how it stands with one person. */
export interface LineOfPerson {
  readonly line: string;
  /** Null: the person is not known. */
  readonly holds: boolean | null;
  /**
   * What that rests on: the value of a trait, how often and when something was done. Identifiers are
   * shown by their shapes. Null: the lines under it say it all.
   */
  readonly seen: string | null;
}

/** Every line of an audience's rule for the person of that external id; null: nobody. */
export async function linesOfPerson(
  db: Db,
  { databaseId, rule: json }: { readonly databaseId: number; readonly rule: unknown },
  externalId: string | null,
  language: Language = 'en',
): Promise<LineOfPerson[]> {
  const rule = parseRule(json);
  const known = await knownTo(db, databaseId, rule);
  const lines: LineOfPerson[] = [];
  for (const { line, node } of explainNodes(rule, language)) {
    if (externalId === null) {
      lines.push({ line, holds: null, seen: null });
      continue;
    }
    const compiling = startCompiling(known, 3);
    const holdsSql = compiling.compile(node);
    const seenSql = compiling.seen(node);
    const { holds, seen } = await one<{ holds: boolean; seen: unknown }>(
      db,
      `select (${holdsSql}) as holds, ${seenSql ?? 'null'} as seen
       from profile p where p.database_id = $1 and p.external_id = $2`,
      [databaseId, externalId, ...compiling.needs().params],
    );
    lines.push({ line, holds, seen: seenSql === null ? null : spoken(node, seen, known.traits) });
  }
  return lines;
}

const valuesMax = 5;

function spoken(node: Rule, seen: unknown, traits: TraitCatalogue): string {
  if ('trait' in node) {
    const isPersonal = traits.get(node.trait)?.place === 'identifiers';
    return spokenValues(seen, isPersonal);
  }
  if ('group' in node) return spokenValues(Array.isArray(seen) ? seen.flat() : null, false);
  if ('consent' in node) return seen === null ? 'unknown' : seen === true ? 'yes' : 'no';
  if ('event' in node) return spokenFigures(seen as Figures);
  return seen === null ? 'not a member' : `a member since ${spokenMoment(seen as string)}`;
}

function spokenValues(seen: unknown, isPersonal: boolean): string {
  const values = (Array.isArray(seen) ? seen : [seen]).filter((value) => value !== null);
  if (values.length === 0) return 'missing';
  const said = values
    .slice(0, valuesMax)
    .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
    .map((text) => (isPersonal ? mask(text) : shown(text)));
  const more = values.length - valuesMax;
  return [...said, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

interface Figures {
  readonly number: number;
  readonly first_at: string | null;
  readonly last_at: string | null;
  readonly sum_of?: number | null;
  readonly average_of?: number | null;
}

/** Of the events that are meant: `twice, 2026-07-01 10:00 and 2026-07-03 12:00 UTC` */
function spokenFigures(figures: Figures): string {
  const { number, first_at: first, last_at: last } = figures;
  if (first === null || last === null) return 'never';
  const parts = [
    number === 1
      ? `once, ${spokenMoment(first)}`
      : `${number} times, from ${spokenMoment(first)} to ${spokenMoment(last)}`,
  ];
  for (const [name, value] of [
    ['sum', figures.sum_of],
    ['average', figures.average_of],
  ] as const) {
    if (value !== undefined) parts.push(`${name} ${value === null ? 'missing' : rounded(value)}`);
  }
  return parts.join(', ');
}

function rounded(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** jsonb writes a moment in the session's zone; people read UTC. */
function spokenMoment(text: string): string {
  return `${new Date(text).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
