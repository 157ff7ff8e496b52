import { MusterError } from '#domain/errors/muster-error.ts';
import { conditionOf } from '#meta/conditions.ts';
import { problemError } from '#meta/problems.ts';
import type { Integration } from '#store/connections.ts';
import type { Muster } from '#sync/muster.ts';

/**
 * Looks at a Meta audience before it is linked: only a customer list of the same ad account takes
 * rows (features.md A-03).
 * @throws MusterError AUDIENCE_NOT_CONNECTED, META_…
 */
export async function checkLinkable(
  muster: Muster,
  integration: Integration | null,
  metaAudienceId: string,
  valueBased: boolean,
): Promise<{ adAccount: string; metaAudienceId: string }> {
  if (integration === null) throw new MusterError('AUDIENCE_NOT_CONNECTED', '--link needs one');
  const { meta, adAccount } = await muster.openClient(integration.id);
  const answer = await meta.readAudience({ account: adAccount, audienceId: metaAudienceId });
  if (answer.outcome !== 'clean') throw problemError(answer.problem);
  const { id, account, subtype } = answer.body;
  const condition = conditionOf(answer.body);
  if (condition?.class === 'stop audience') {
    throw new MusterError('META_AUDIENCE', `${id}: ${condition.words}`);
  }
  if (subtype !== null && subtype !== 'CUSTOM') {
    throw new MusterError('META_AUDIENCE', `${id} is of type ${subtype}, not a customer list`);
  }
  if (account !== null && account !== adAccount) {
    throw new MusterError('META_AUDIENCE', `${id} belongs to ${account}, not to ${adAccount}`);
  }
  if (answer.body.isValueBased !== valueBased) {
    const [is, wish] = valueBased ? ['is not', 'is'] : ['is', 'is not'];
    const measured = `${id} ${is} value-based, and the audience ${wish}; Meta fixes that when it is made`;
    throw new MusterError('META_AUDIENCE', measured);
  }
  return { adAccount, metaAudienceId: id };
}
