import { type Audience, lockEvaluation, readAudience } from '#store/audiences.ts';
import { readConsentRule } from '#store/consent-settings.ts';
import type { Store, Tx } from '#store/db.ts';
import {
  type CompiledMembership,
  type Evaluated,
  evaluateMembers,
  firstRuleParam,
} from '#store/evaluation.ts';
import { activeLink } from '#store/links.ts';
import { markRuled } from '#store/ways.ts';
import { dependenciesOf } from './rule-references.ts';
import { membershipOfAudience } from './scope.ts';

/**
 * Brings the members of an audience to what its rule says now; first those of the audiences that it
 * asks about, each in a transaction of its own.
 * @param also done together with it
 */
export async function evaluateAudience(
  store: Store,
  audience: Audience,
  also: (tx: Tx) => Promise<void> = async () => {},
): Promise<void> {
  for (const id of await dependenciesOf(store, audience)) {
    const other = await readAudience(store, id);
    if (other.state !== 'deactivated') await store.tx((tx) => evaluate(tx, other));
  }
  await store.tx(async (tx) => {
    await evaluate(tx, audience);
    await also(tx);
  });
}

/** The same for one whose rule asks about no other. */
export async function evaluate(tx: Tx, { id }: Pick<Audience, 'id'>): Promise<Evaluated> {
  await lockEvaluation(tx, id);
  const audience = await readAudience(tx, id);
  const link = await activeLink(tx, id);
  const evaluated = await evaluateMembers(
    tx,
    {
      audienceId: audience.id,
      databaseId: audience.databaseId,
      linkId: link?.id ?? null,
      consentRule: await readConsentRule(tx, id),
      position: audience.feedPosition,
    },
    await whoBelongs(tx, audience),
  );
  if (audience.ruleDaily && audience.ruleDue) await markRuled(tx, audience.id);
  return evaluated;
}

async function whoBelongs(tx: Tx, audience: Audience): Promise<CompiledMembership> {
  const { id, rule, ruleMode, ruleDaily } = audience;
  if (audience.emptying) return unmoved('false');
  if (rule === null) return whoeverIs('placed', id);
  // Until its rule is due again everybody stays who is there.
  if (!audience.ruleDue) return whoeverIs(ruleMode === 'match' ? 'member' : 'placed', id);
  const found = await membershipOfAudience(tx, audience, firstRuleParam);
  const membership: CompiledMembership = ruleDaily
    ? {
        ...unmoved('false'),
        asked: (of) => ({ ...found.asked(of), until: null }),
        dependsOnOthers: true,
      }
    : found;
  if (ruleMode === 'match') return membership;
  return {
    ...membership,
    asked: (of) => {
      const asked = membership.asked(of);
      const isPlaced = isIn('placed', firstRuleParam + asked.params.length);
      const sql =
        ruleMode === 'add' ? `(${asked.sql} or ${isPlaced})` : `(${isPlaced} and not ${asked.sql})`;
      return { ...asked, sql, params: [...asked.params, id] };
    },
    // Who is placed goes along with somebody who turns out to be another, whatever else changes.
    traitNames: null,
    placing: ruleMode === 'add' ? 'places' : 'takes',
  };
}

/** Nothing but the profile itself changes the answer. */
function unmoved(sql: string, params: readonly unknown[] = []): CompiledMembership {
  return {
    asked: () => ({ sql, params, until: null }),
    ...{ traitNames: null, eventNames: [], readsGroups: false },
    ...{ audienceIds: [], syncedAudienceIds: [] },
    ...{ dependsOnTime: false, dependsOnOthers: false },
  };
}

function whoeverIs(table: 'placed' | 'member', audienceId: number): CompiledMembership {
  return unmoved(isIn(table, firstRuleParam), [audienceId]);
}

function isIn(table: 'placed' | 'member', param: number): string {
  return `exists (select from ${table} w where w.audience_id = $${param}::integer and w.profile_id = p.id)`;
}
