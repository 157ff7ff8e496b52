import type { Rule } from '#audiences/rule.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { problemError } from '#meta/problems.ts';
import { type Audience, createAudience, type OwnWords } from '#store/audiences.ts';
import type { Integration } from '#store/connections.ts';
import type { Tx } from '#store/db.ts';
import { createLink } from '#store/links.ts';
import { ensureLink } from './activate.ts';
import { clientOf } from './client-of.ts';
import { checkLinkable } from './meta-audiences.ts';
import type { Muster } from './muster.ts';
import { refuseCycle } from './rule-references.ts';
import { membershipOf } from './scope.ts';
import { beginFilling, type WayOfFilling } from './ways.ts';

export interface AudienceWish extends Partial<OwnWords> {
  readonly name: string;
  readonly filling: WayOfFilling;
  readonly customerFileSource: string;
  readonly integration: Integration;
  /** A Meta audience that is there; null: one is made. */
  readonly link: string | null;
  readonly valueBased: boolean;
}

/**
 * Makes an audience, linked if wished; nothing is sent. One that is made as connectors make them has
 * its Meta audience at once, any other when it is activated.
 * @throws MusterError AUDIENCE_EXISTS, AUDIENCE_KEY_TAKEN, RULE_CYCLE, RULE_AUDIENCE_UNKNOWN,
 * META_AUDIENCE_LINKED, META_… for what Meta has against the link or the ad account
 */
export async function makeAudience(muster: Muster, wish: AudienceWish): Promise<Audience> {
  const { name, filling, integration, link: linkId, ...words } = wish;
  const { databaseId } = integration;
  if (wish.adAccount !== null && wish.adAccount !== undefined) {
    await checkAccount(muster, integration, wish.adAccount);
  }
  const link = linkId === null ? null : await findLink(muster, wish, linkId);
  const audience = await muster.store.tx(async (tx) => {
    await checkReferences(tx, databaseId, wish);
    const made = await createAudience(tx, {
      ...{ databaseId, integrationId: integration.id, name },
      ...filling,
      ...words,
    });
    if (link !== null) await createLink(tx, { audienceId: made.id, databaseId, ...link });
    await beginFilling(tx, made, filling);
    return made;
  });
  if (audience.connector && link === null) {
    await ensureLink(muster, await clientOf(muster, audience), audience);
  }
  return audience;
}

/** Only an account that the same login reaches. @throws MusterError META_… */
async function checkAccount(muster: Muster, { id }: Integration, adAccount: string): Promise<void> {
  const { meta } = await muster.openClient(id);
  const answer = await meta.adAccount(adAccount);
  if (answer.outcome !== 'clean') throw problemError(answer.problem);
  if (answer.body.termsAccepted) return;
  const next = `Have a person of the business accept them: ${answer.body.termsLink}`;
  throw new MusterError('META_TERMS', adAccount, { next });
}

async function findLink(muster: Muster, wish: AudienceWish, id: string) {
  const client = await muster.openClient(wish.integration.id);
  const adAccount = wish.adAccount ?? client.adAccount;
  return await checkLinkable({ ...client, adAccount }, id, wish.valueBased);
}

/** @throws MusterError RULE_CYCLE, RULE_AUDIENCE_UNKNOWN */
async function checkReferences(
  tx: Tx,
  databaseId: number,
  { name, filling: { rule } }: AudienceWish,
): Promise<void> {
  if (rule === null) return;
  await refuseCycle(tx, databaseId, { name, rule: rule as Rule });
  await membershipOf(tx, databaseId, rule, 1);
}
