import { explainNodes } from '#audiences/explain.ts';
import { compileLines } from '#audiences/lines.ts';
import type { Rule } from '#audiences/rule.ts';
import { identifierFields } from '#domain/identifier-keys.ts';
import { mask } from '#identifiers/mask.ts';
import { findAudience } from '#store/audiences.ts';
import type { Db } from '#store/db.ts';
import { countLines, firstLineParam, type RuleCounts, sampleMatching } from '#store/rule-counts.ts';
import { knownTo, membershipOf } from './scope.ts';

/** Who a rule finds, line by line; as --json prints it. */
export interface Breakdown {
  readonly count: number;
  /** Everybody in the database. */
  readonly people: number;
  readonly lines: readonly BreakdownLine[];
  /** Of those who are found. */
  readonly consent: RuleCounts['consent'];
  readonly coverage: {
    /** Enough to match by, an external id alone, nothing at all. */
    readonly enough: number;
    readonly externalIdOnly: number;
    readonly nothing: number;
    /** How many have a value that was given for a field. */
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

/** Counts a rule and each of its lines in one look at everybody. */
export async function breakDown(
  db: Db,
  databaseId: number,
  rule: Rule,
  overlapWith: readonly string[],
): Promise<Breakdown> {
  const audiences = await Promise.all(overlapWith.map((name) => findAudience(db, name)));
  const compiled = compileLines(rule, await knownTo(db, databaseId, rule), firstLineParam);
  const counts = await countLines(db, databaseId, compiled, {
    fields: identifierFields.filter((field) => field !== 'externalId'),
    audienceIds: audiences.map(({ id }) => id),
  });
  const leftAfter = new Map(
    compiled.steps.map((step, i) => [step.at(-1), counts.steps[i] ?? null]),
  );
  const { people, consent, enough, externalIdOnly, nothing, fields } = counts;
  return {
    count: counts.lines[0] ?? 0,
    people,
    lines: explainNodes(rule).map(({ line }, i) => ({
      line,
      count: counts.lines[i] ?? 0,
      left: leftAfter.get(compiled.columns[i]) ?? null,
    })),
    consent,
    coverage: { enough, externalIdOnly, nothing, fields },
    overlap: audiences.map(({ name, memberCount }, i) => ({
      audience: name,
      members: memberCount,
      both: counts.overlap[i] ?? 0,
    })),
  };
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
  const membership = await membershipOf(db, databaseId, rule, 2);
  const found = await sampleMatching(db, databaseId, membership, limit);
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
