import { type Audience, lockEvaluation, readAudience } from '#store/audiences.ts';
import type { Store, Tx } from '#store/db.ts';
import { type CompiledMembership, evaluateMembers, firstRuleParam } from '#store/evaluation.ts';
import { dependenciesOf } from './rule-references.ts';
import { membershipOfAudience, readScope } from './scope.ts';

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

const nobodyBelongs: CompiledMembership = {
  ...{ sql: 'false', params: [], audienceIds: [] },
  ...{ dependsOnTime: false, until: null, readsEvents: false, dependsOnOthers: false },
};

/** The same for one whose rule asks about no other. */
export async function evaluate(tx: Tx, { id }: Audience): Promise<void> {
  await lockEvaluation(tx, id);
  const { audience, link, unknownConsentPasses } = await readScope(tx, id);
  const membership = audience.emptying
    ? nobodyBelongs
    : await membershipOfAudience(tx, audience, firstRuleParam);
  await evaluateMembers(
    tx,
    {
      audienceId: audience.id,
      databaseId: audience.databaseId,
      linkId: link?.id ?? null,
      unknownConsentPasses,
      position: audience.feedPosition,
    },
    membership,
  );
}
