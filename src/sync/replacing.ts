import type { Stop } from '#deliver/delivery.ts';
import { deliverReplacement } from '#deliver/replace.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { chunkNumbers, dropChunks } from '#store/plans.ts';
import { endReplacement, openReplacement } from '#store/replacements.ts';
import { type DeliveryRun, deliveryOf } from './delivery-of.ts';
import type { Muster, OnProgress, OpenClient } from './muster.ts';
import { readScope } from './scope.ts';

/**
 * Goes on with an exchange of all members that was begun, before the run does anything else: half of
 * it is worse than none. What the exchange did not say is put right by the rest of the run.
 * @throws MusterError REPLACE_REFUSED when Meta did not begin it: nothing has changed
 * @returns why it stands still, or null when there is none (any more).
 */
export async function goOnReplacing(
  muster: Muster,
  client: OpenClient,
  linkId: number,
  run: Omit<DeliveryRun, 'vouched' | 'sweeps'>,
  onProgress: OnProgress,
): Promise<Stop | null> {
  const { store } = muster;
  const replacement = await openReplacement(store, linkId);
  if (replacement === null) return null;
  const scope = await readScope(store, run.claimed.audienceId);
  const requests = (await chunkNumbers(store, replacement.planId)).length;
  const ordinary = deliveryOf(
    muster,
    client,
    scope,
    { ...run, vouched: true, sweeps: false },
    requests,
    onProgress,
  );
  const metaAudienceId = scope.link?.metaAudienceId ?? '';
  const account = client.adAccount;
  const result = await deliverReplacement(
    {
      delivery: {
        ...ordinary,
        send: (_, upload) =>
          client.meta.replaceUsers({
            ...{ admitted: true, account, audienceId: metaAudienceId },
            ...upload,
          }),
      },
      async hasBegun(sessionId) {
        const answer = await client.meta.session({
          ...{ account, audienceId: metaAudienceId, sessionId },
        });
        if (answer.outcome !== 'clean') return null;
        return answer.body !== null && answer.body.numReceived > 0;
      },
    },
    replacement,
  );
  if ('stop' in result) return result.stop;
  run.tally.removed += await store.tx((tx) =>
    endReplacement(tx, replacement, result.end, run.claimed.id),
  );
  await dropChunks(store, replacement.planId);
  if (result.end === 'refused' && result.why !== undefined) {
    const { words, said } = result.why;
    throw new MusterError('REPLACE_REFUSED', said === '' ? words : `${words} (${said})`);
  }
  return null;
}
