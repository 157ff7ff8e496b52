import {
  compileRule,
  type Known,
  startCompiling,
  type TraitCatalogue,
  type TraitPlace,
} from '#audiences/compile.ts';
import { referencesOf } from '#audiences/references.ts';
import { parseRule, type Rule } from '#audiences/rule.ts';
import { type ApprovalLimits, readApprovalLimits } from '#store/approvals.ts';
import { type Audience, readAudience, rulesOf, setIntegration } from '#store/audiences.ts';
import { readConsentRule } from '#store/consent-settings.ts';
import { readDatabase } from '#store/databases.ts';
import { type Db, one } from '#store/db.ts';
import { activeLink, type Link } from '#store/links.ts';
import type { CompiledMembership } from '#store/evaluation.ts';
import { listTraits } from '#store/traits.ts';
import type { ConsentRule } from '#domain/consent.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { MadeFrom, PlanWish } from '#plan/make.ts';

/** An audience with everything that decides who belongs and what may be sent. */
export interface AudienceScope {
  readonly audience: Audience;
  readonly link: Link | null;
  readonly consentRule: ConsentRule;
  readonly sufficiencyMin: 1 | 2;
  /** A file has brought a column that is mapped to PAGEUID. */
  readonly mapsPageUsers: boolean;
  readonly approvalLimits: ApprovalLimits;
  readonly madeFrom: MadeFrom;
}

export async function readScope(db: Db, audienceId: number): Promise<AudienceScope> {
  const audience = await readAudience(db, audienceId);
  const link = await activeLink(db, audience.id);
  const database = await readDatabase(db, audience.databaseId);
  const { externalIdAllowed, mapsPageUsers } = await one<{
    externalIdAllowed: boolean;
    mapsPageUsers: boolean;
  }>(
    db,
    `select coalesce((select external_id_allowed from integration where id = $1), false)
       as "externalIdAllowed",
       exists (select 1 from trait where database_id = $2 and field = 'pageUserId')
       as "mapsPageUsers"`,
    [audience.integrationId, audience.databaseId],
  );
  return {
    audience,
    link,
    consentRule: await readConsentRule(db, audienceId),
    sufficiencyMin: externalIdAllowed ? 1 : 2,
    mapsPageUsers,
    approvalLimits: await readApprovalLimits(db, audience.databaseId),
    madeFrom: {
      linkId: link?.id ?? null,
      epoch: link?.epoch ?? null,
      ruleVersion: audience.ruleVersion,
      rowVersion: database.rowVersion,
      sourceVersion: database.sourceVersion,
    },
  };
}

/** Meta's limit, and bytes that leave room under what its edge was seen to take (protocol.md §4.5). */
const requestLimits = { rowsMax: 10_000, bodyBytesMax: 8_000_000 } as const;

export function planWish(
  scope: AudienceScope,
  runId: number | null,
  against: PlanWish['against'] = null,
): PlanWish {
  return {
    audienceId: scope.audience.id,
    linkId: scope.link?.id ?? null,
    runId,
    databaseId: scope.audience.databaseId,
    consentRule: scope.consentRule,
    sufficiencyMin: scope.sufficiencyMin,
    valueBased: scope.audience.valueBased,
    everybody: scope.link?.compareAll ?? true,
    madeFrom: scope.madeFrom,
    limits: requestLimits,
    against,
    approvalLimits: scope.approvalLimits,
  };
}

/**
 * The integration that an audience goes through: its own, or the only one of its database.
 * @throws MusterError AUDIENCE_NOT_CONNECTED
 */
export async function integrationOf(db: Db, audience: Audience): Promise<number> {
  if (audience.integrationId !== null) return audience.integrationId;
  const found = await db.query<{ id: number }>(
    'select id from integration where database_id = $1 and enabled limit 2',
    [audience.databaseId],
  );
  const [only] = found;
  if (only === undefined || found.length > 1) {
    throw new MusterError(
      'AUDIENCE_NOT_CONNECTED',
      `“${audience.name}”: ${found.length === 0 ? 'no integration' : 'several integrations'}`,
    );
  }
  await setIntegration(db, audience.id, only.id);
  return only.id;
}

/**
 * A rule as SQL over what the database knows.
 * @throws MusterError RULE_AUDIENCE_UNKNOWN
 */
export async function membershipOf(
  db: Db,
  databaseId: number,
  json: unknown,
  firstParam: number,
): Promise<Condition> {
  const rule = parseRule(json);
  const { sql, params, reach } = compileRule(rule, await knownTo(db, databaseId, rule), firstParam);
  return { sql, params, dependsOnOthers: reach.has('set') };
}

/** A rule as a boolean over alias p, never NULL. */
export interface Condition {
  readonly sql: string;
  readonly params: readonly unknown[];
  /** How everybody else stands may change the answer. */
  readonly dependsOnOthers: boolean;
}

/** The same for an audience that is followed, with the moment until which an answer holds. */
export async function membershipOfAudience(
  db: Db,
  audience: Audience,
  firstParam: number,
): Promise<CompiledMembership> {
  const { databaseId } = audience;
  const asked = parseRule(audience.rule);
  const traits = await traitCatalogue(db, databaseId);
  if (referencesOf(asked).length === 0) {
    const known = { databaseId, traits, audiences: new Map() };
    return compileMembership(asked, known, firstParam);
  }
  // Names and the rule that has them, as of one moment: an audience may be renamed at any time.
  const rules = await rulesOf(db, databaseId);
  const rule = parseRule([...rules.values()].find(({ id }) => id === audience.id)?.rule);
  const known = { databaseId, traits, audiences: idsOf(rules) };
  return compileMembership(rule, known, firstParam);
}

function compileMembership(rule: Rule, known: Known, firstParam: number): CompiledMembership {
  const compiled = compileRule(rule, known, firstParam);
  const { reach, eventNames, audienceIds, syncedAudienceIds, traitNames } = compiled;
  const dependsOnOthers = reach.has('set');
  return {
    asked: (of) => {
      const compiling = startCompiling(known, firstParam, of);
      const sql = compiling.compile(rule);
      // Where everybody is looked at each time nobody has a moment of their own.
      const until = dependsOnOthers
        ? null
        : of === 'all'
          ? compiling.untilOfAll(rule)
          : compiling.until(rule);
      return { sql, until, params: compiling.needs().params };
    },
    ...{ eventNames, audienceIds, syncedAudienceIds, traitNames, dependsOnOthers },
    dependsOnTime: reach.has('time'),
    readsGroups: reach.has('groups'),
  };
}

/** What a rule may ask about; audiences are looked up only if it does. */
export async function knownTo(db: Db, databaseId: number, rule: Rule): Promise<Known> {
  const traits = await traitCatalogue(db, databaseId);
  const asksOthers = referencesOf(rule).length > 0;
  const audiences = asksOthers ? idsOf(await rulesOf(db, databaseId)) : new Map();
  return { databaseId, traits, audiences };
}

async function traitCatalogue(db: Db, databaseId: number): Promise<TraitCatalogue> {
  const traits = await listTraits(db, databaseId);
  return new Map(
    traits.map(({ name, field, isList }): [string, TraitPlace] => [
      name,
      field === null ? { place: 'traits', lists: isList } : { place: 'identifiers', field },
    ]),
  );
}

function idsOf(audiences: ReadonlyMap<string, { readonly id: number }>): Map<string, number> {
  return new Map([...audiences].map(([name, { id }]) => [name, id]));
}
