import type { Delivery, Tally } from '#deliver/delivery.ts';
import { must } from '#domain/errors/assert.ts';
import { type ClaimedRun, holdFence } from '#store/run-queue.ts';
import { isLaneDue } from '#store/opt-outs.ts';
import { deliverOptOuts } from './opt-outs.ts';
import type { Muster, OnProgress, OpenClient } from './muster.ts';
import type { AudienceScope } from './scope.ts';

/** A new audience is not everywhere at Meta at once; later the same error means it is gone. */
const JUST_CREATED_MS = 10 * 60_000;

/** A run that is ours, as far as sending has to know it. */
export interface DeliveryRun {
  readonly claimed: ClaimedRun;
  readonly tally: Tally;
  readonly goOn: Delivery['goOn'];
  /** Somebody let its removals go, or asked for them. */
  readonly vouched: boolean;
  readonly sweeps: boolean;
  /** How long a request may wait until Meta's limits allow it; beyond that the run waits by itself. */
  readonly patienceMs: number;
}

/** Joins an audience, its client and a run's counts into what the deliver room works with. */
export function deliveryOf(
  muster: Muster,
  client: OpenClient,
  scope: AudienceScope,
  run: DeliveryRun,
  requestsExpected: number,
  onProgress: OnProgress,
): Delivery {
  const link = must(scope.link, 'delivering needs a link');
  let sent = 0;
  return {
    store: muster.store,
    scope: {
      linkId: link.id,
      audienceId: scope.audience.id,
      databaseId: scope.audience.databaseId,
      consentRule: scope.consentRule,
      sufficiencyMin: scope.sufficiencyMin,
      valueBased: scope.audience.valueBased,
      everybody: false,
    },
    mapsPageUsers: scope.mapsPageUsers,
    justCreated: link.ageMs < JUST_CREATED_MS,
    vouched: run.vouched,
    sweeps: run.sweeps,
    runId: run.claimed.id,
    times: { requestTimeoutMs: client.requestTimeoutMs, settleMs: client.settleMs },
    random: muster.random,
    clock: muster.clock,
    sleep: muster.sleep,
    admit: () => client.meta.admit(client.adAccount, run.patienceMs),
    send: (direction, upload) =>
      client.meta.users({
        admitted: true,
        account: client.adAccount,
        audienceId: link.metaAudienceId,
        direction,
        ...upload,
      }),
    goOn: run.goOn,
    holds: (tx) => holdFence(tx, run.claimed),
    tally: run.tally,
    optOutsFirst: async () => {
      if (await isLaneDue(muster.store, client.adAccount)) {
        await deliverOptOuts(muster, client.adAccount);
      }
    },
    onRequest: () => {
      sent++;
      onProgress({
        step: 'send',
        done: sent,
        total: Math.max(sent, requestsExpected),
        unit: 'requests',
      });
    },
  };
}
