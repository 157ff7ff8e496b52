import { limitedCount, withoutLimit } from '#audiences/count-limit.ts';
import { explainNodes } from '#audiences/explain.ts';
import { compileLines } from '#audiences/lines.ts';
import type { Rule } from '#audiences/rule.ts';
import { must } from '#domain/errors/assert.ts';
import { identifierFields } from '#domain/identifier-keys.ts';
import type { Language } from '#domain/language.ts';
import { mask } from '#identifiers/mask.ts';
import { findAudience } from '#store/audiences.ts';
import type { Db } from '#store/db.ts';
import { ofThose, sampleMatching } from '#store/rule-counts.ts';
import { countPeople, firstFigureParam } from '#store/tallies.ts';
import type { Muster } from './muster.ts';
import { knownTo, membershipOf } from './scope.ts';
import { type Figure, PEOPLE_AT_ONCE, type Precision, tally } from './tally.ts';

/** Who a rule finds, line by line; as --json prints it. */
export interface Breakdown {
  readonly count: number;
  /** How far any of the numbers may be off, at 95 % confidence; 0: all are exact. */
  readonly error: number;
  /** Everybody in the database. */
  readonly people: number;
  readonly lines: readonly BreakdownLine[];
  /** Of those who are found. */
  readonly consent: { readonly yes: number; readonly no: number; readonly unknown: number };
  readonly coverage: {
    /** Enough to match by, an external id alone, nothing at all. */
    readonly enough: number;
    readonly externalIdOnly: number;
    readonly nothing: number;
    /** How many have a value that was given for a field; fields that nobody has are left out. */
    readonly fields: Readonly<Record<string, number>>;
  };
  readonly overlap: readonly Overlap[];
}

interface BreakdownLine {
  /** As the rule is drawn. */
  readonly line: string;
  /** How many the line finds alone. */
  readonly count: number;
  /** How many are left after it, where all lines of the rule have to hold; null elsewhere. */
  readonly left: number | null;
}

interface Overlap {
  readonly audience: string;
  readonly members: number;
  readonly both: number;
}

const countedFields = identifierFields.filter((field) => field !== 'externalId');

/** Counts a rule and each of its lines in one look. */
export async function breakDown(
  muster: Pick<Muster, 'store' | 'clock'>,
  databaseId: number,
  rule: Rule,
  wish: {
    readonly overlapWith: readonly string[];
    readonly precision: Precision;
    /** Of the drawn lines; English where nobody says. */
    readonly language?: Language;
  },
): Promise<Breakdown> {
  const { store } = muster;
  const audiences = await Promise.all(wish.overlapWith.map((name) => findAudience(store, name)));
  const compiled = compileLines(rule, await knownTo(store, databaseId, rule), firstFigureParam);
  const { columns, steps } = compiled;
  const asked = ofThose(columns[0] ?? 'true', {
    fields: countedFields,
    audienceIds: audiences.map(({ id }) => id),
  });
  const conditions = [...columns, ...steps.map((step) => step.join(' and ')), ...asked];
  const counted = await tally(
    muster,
    databaseId,
    { joins: compiled.joins, conditions, params: compiled.params },
    compiled.asksEverybody ? 'exact' : wish.precision,
  );
  const rest = counted.counts.map(({ count }) => count);
  const take = (amount: number): number[] => rest.splice(0, amount);
  const alone = take(columns.length);
  const left = new Map(take(steps.length).map((count, i) => [steps[i]?.at(-1), count]));
  const [yes = 0, no = 0, unknown = 0] = take(3);
  const [enough = 0, externalIdOnly = 0, nothing = 0] = take(3);
  const ofFields = take(countedFields.length).map((n, i) => [countedFields[i], n] as const);
  return {
    count: alone[0] ?? 0,
    error: Math.max(...counted.counts.map(({ error }) => error)),
    people: counted.people,
    lines: explainNodes(rule, wish.language).map(({ line }, i) => ({
      ...{ line, count: alone[i] ?? 0 },
      left: left.get(columns[i]) ?? null,
    })),
    consent: { yes, no, unknown },
    coverage: {
      ...{ enough, externalIdOnly, nothing },
      fields: Object.fromEntries(ofFields.filter(([, count]) => count > 0)),
    },
    overlap: audiences.map(({ name, memberCount }, i) => ({
      ...{ audience: name, members: memberCount, both: rest[i] ?? 0 },
    })),
  };
}

/** How many people a rule finds, consent aside. */
export async function countRule(
  muster: Pick<Muster, 'store' | 'clock'>,
  databaseId: number,
  rule: Rule,
  precision: Precision,
): Promise<Figure> {
  const { limit, rest } = withoutLimit(rule);
  const membership = await membershipOf(muster.store, databaseId, rest, firstFigureParam);
  const { counts } = await tally(
    muster,
    databaseId,
    { joins: '', conditions: [membership.sql], params: membership.params },
    membership.dependsOnOthers ? 'exact' : precision,
  );
  const found = must(counts[0], 'there is one number for one condition');
  if (limit === null) return found;
  const most = limitedCount(limit, found.count + found.error);
  const least = limitedCount(limit, Math.max(0, found.count - found.error));
  const count = limitedCount(limit, found.count);
  return { count, error: Math.max(most - count, count - least) };
}

/** Somebody whom a rule finds, by the shapes of what is known: letters are a, digits are 9. */
export interface MaskedPerson {
  readonly externalId: string;
  readonly identifiers: Readonly<Record<string, string>>;
}

export async function samplePeople(
  db: Db,
  databaseId: number,
  rule: Rule,
  limit: number,
): Promise<MaskedPerson[]> {
  const membership = await membershipOf(db, databaseId, rule, firstFigureParam);
  const ofSample =
    !membership.dependsOnOthers && (await countPeople(db, databaseId)) > PEOPLE_AT_ONCE;
  const found = await sampleMatching(db, databaseId, membership, { limit, ofSample });
  return found.map(({ externalId, identifiers }) => ({
    externalId: mask(externalId),
    identifiers: Object.fromEntries(
      Object.entries(identifiers).map(([field, values]) => [
        field,
        [values].flat().map(mask).join(', '),
      ]),
    ),
  }));
}
