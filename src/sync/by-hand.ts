import { consentRuleOf, readConsentRule } from '#store/consent-settings.ts';
import type { Rule } from '#audiences/rule.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { type Audience, findAudience, lockEvaluation, readAudience } from '#store/audiences.ts';
import { type Database, readDatabase } from '#store/databases.ts';
import type { Tx } from '#store/db.ts';
import { activeLink } from '#store/links.ts';
import {
  addMatchingToPlacing,
  addToPlacing,
  beginPlacing,
  countPlacing,
  finishPlacing,
  type PlacingResult,
} from '#store/placed.ts';
import { evaluate } from './evaluate.ts';
import type { Muster } from './muster.ts';
import { findNamed, type NamedPeople, type UnknownPeople } from './named-people.ts';
import { membershipOf } from './scope.ts';

/** Some people: those whom a rule finds now, and those who are named. */
export interface Selection extends NamedPeople {
  readonly rules: readonly Rule[];
}

export const nobody: Selection = { rules: [], ids: [], emails: [] };

/** Who is put in, and who is taken out. */
export interface HandEdit {
  readonly include: Selection;
  readonly exclude: Selection;
}

/** What a change by hand did, or would do; as --json prints it. */
export interface EditReport extends PlacingResult {
  readonly audience: string;
  /** Named, and not in the database. */
  readonly unknown: UnknownPeople;
  /** After it. */
  readonly members: number;
  readonly dryRun: boolean;
}

/**
 * Puts people into an audience and takes others out, together. Whoever is named for both is taken
 * out; whoever said no is not put in. A rule is asked once, now (features.md P-04).
 * @throws MusterError AUDIENCE_UNKNOWN, AUDIENCE_OTHER_WAY, AUDIENCE_DEACTIVATED
 */
export async function editByHand(
  muster: Muster,
  name: string,
  edit: HandEdit,
  how: { readonly dryRun: boolean } = { dryRun: false },
): Promise<EditReport> {
  const { store } = muster;
  const { id } = await findAudience(store, name);
  return await store.tx(async (tx) => {
    await lockEvaluation(tx, id);
    const audience = await editable(tx, id);
    const database = await readDatabase(tx, audience.databaseId);
    const unknown = await placeAll(muster, tx, database, edit);
    const link = await activeLink(tx, id);
    const result = await (how.dryRun ? countPlacing : finishPlacing)(tx, {
      ...{ audienceId: id, databaseId: audience.databaseId, linkId: link?.id ?? null },
      ...{ consentRule: await readConsentRule(tx, id), typed: true },
    });
    const members = audience.memberCount + result.added - result.removed;
    return { audience: name, ...result, unknown, members, dryRun: how.dryRun };
  });
}

/** Whom a change by hand would put into an audience that is not made yet. */
export interface HandCount extends Pick<PlacingResult, 'refused' | 'keptOut'> {
  readonly people: number;
  readonly unknown: UnknownPeople;
}

/**
 * Counts, and changes nothing (features.md P-01).
 * @param integrationId what it asks for counts too; null: the database's own rule alone
 */
export async function countByHand(
  muster: Muster,
  databaseId: number,
  integrationId: number | null,
  edit: HandEdit,
): Promise<HandCount> {
  return await muster.store.tx(async (tx) => {
    const unknown = await placeAll(muster, tx, await readDatabase(tx, databaseId), edit);
    const consentRule = await consentRuleOf(tx, databaseId, integrationId);
    const scope = { audienceId: NO_AUDIENCE, databaseId, linkId: null, consentRule, typed: true };
    const { added: people, refused, keptOut } = await countPlacing(tx, scope);
    return { people, refused, keptOut, unknown };
  });
}

/** Has no members. */
const NO_AUDIENCE = 0;

/** Finds whom an edit means. */
async function placeAll(
  muster: Muster,
  tx: Tx,
  database: Database,
  edit: HandEdit,
): Promise<UnknownPeople> {
  await beginPlacing(tx);
  const unknown = [];
  for (const [adds, { rules, ...named }] of [
    [true, edit.include],
    [false, edit.exclude],
  ] as const) {
    for (const rule of rules) {
      const condition = await membershipOf(tx, database.id, rule, FIRST_PARAM);
      await addMatchingToPlacing(tx, database.id, condition, adds);
    }
    const found = (ids: readonly number[]) => addToPlacing(tx, ids, adds);
    unknown.push(await findNamed(muster, tx, database, named, found));
  }
  return together(unknown);
}

/** Behind the parameters of addMatchingToPlacing. */
const FIRST_PARAM = 3;

/** Everybody who belongs has been looked at, so that what is changed now is all that changes. */
async function editable(tx: Tx, id: number): Promise<Audience> {
  const audience = await readAudience(tx, id);
  if (audience.way !== 'hand') {
    throw new MusterError('AUDIENCE_OTHER_WAY', `“${audience.name}” is filled by ${audience.way}`);
  }
  if (audience.state === 'deactivated' || audience.emptying) {
    throw new MusterError('AUDIENCE_DEACTIVATED', `“${audience.name}”`);
  }
  if (audience.feedPosition !== null) return audience;
  await evaluate(tx, audience);
  return await readAudience(tx, id);
}

function together(all: readonly UnknownPeople[]): UnknownPeople {
  return {
    count: all.reduce((sum, { count }) => sum + count, 0),
    ids: all.flatMap(({ ids }) => ids),
    emails: all.flatMap(({ emails }) => emails),
  };
}
