import { sendAccountRemoval } from '#deliver/account-removal.ts';
import { type Delivery, emptyTally } from '#deliver/delivery.ts';
import { sendOptOuts } from '#deliver/opt-outs.ts';
import type { Problem } from '#meta/problems.ts';
import { accountRemovalsDue, hasOneDatabase } from '#store/account-removals.ts';
import { databasesToSettle, settleConsents } from '#store/consent-changes.ts';
import { settleErasures } from '#store/erasures.ts';
import { adoptOrphans } from '#store/operations.ts';
import {
  closeGone,
  entriesDue,
  integrationOfAccount,
  isLaneDue,
  type LaneLink,
  linksDue,
  restLane,
  withLane,
} from '#store/opt-outs.ts';
import { settleSpoken } from '#store/spoken-no.ts';
import type { Muster, OpenClient } from './muster.ts';

/** Rows of one request of the lane, and how often one call looks for more. */
const ROWS_MAX = 10_000;
const ROUNDS_MAX = 20;
/** When a token, a limit or a person has to decide, the lane tries again after so long. */
const REST_SECONDS = 60;
/** How long the lane waits for Meta's limits before it gives its place up for a moment. */
const LANE_PATIENCE_MS = 2_000;

/**
 * Serves the lane of one ad account: opt-outs and erasures, taken before everything else and whatever
 * an audience's own state is. Returns when nothing is due now; what Meta refused stays open and is
 * due again later. Safe beside itself and beside any run: a second call at once finds it busy.
 * @returns false when another process serves it.
 */
export async function deliverOptOuts(muster: Muster, adAccount: string): Promise<boolean> {
  const { store } = muster;
  await settleSpoken(store);
  for (const databaseId of await databasesToSettle(store, adAccount)) {
    await store.tx((tx) => settleConsents(tx, databaseId));
  }
  if (!(await isLaneDue(store, adAccount))) return true;
  const served = await withLane(store, adAccount, async () => {
    const integrationId = await integrationOfAccount(store, adAccount);
    if (integrationId === null) return true;
    const client = { ...(await muster.openClient(integrationId, 'opt-outs')), adAccount };
    await serve(muster, client, adAccount);
    await store.tx(settleErasures);
    return true;
  });
  return served ?? false;
}

async function serve(muster: Muster, client: OpenClient, adAccount: string): Promise<void> {
  const { store } = muster;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const links = await linksDue(store, adAccount);
    const removals = await accountRemovalsDue(store, adAccount);
    if (links.length + removals.length === 0) return;
    for (const link of links) {
      await store.tx((tx) => adoptOrphans(tx, link.linkId, client.settleMs, true));
      const ids = await entriesDue(store, link.linkId, ROWS_MAX);
      const delivery = deliveryOfLink(muster, client, link);
      const problem = await sendOptOuts(delivery, ids);
      if (await mustRest(muster, adAccount, problem)) return;
      if (problem?.meaning === 'audience gone') {
        await store.tx((tx) => closeGone(tx, link.linkId));
      } else if (problem?.meaning === 'too small to remove') {
        await tryAccount(muster, client, link, ids);
      }
    }
    const oneDatabase = await hasOneDatabase(store, adAccount);
    for (const removal of removals) {
      const tools = {
        ...muster,
        send: client.meta.removeFromEveryAudience,
        times: timesOf(client),
      };
      const problem = await sendAccountRemoval(tools, { adAccount, oneDatabase, removal });
      if (await mustRest(muster, adAccount, problem)) return;
    }
  }
}

/** What concerns the whole account concerns all that waits for it. */
async function mustRest(
  { store }: Muster,
  adAccount: string,
  problem: Problem | null,
): Promise<boolean> {
  const whole: readonly Problem['class'][] = ['wait', 'stop connection', 'stop account'];
  // All members of one audience are being exchanged: the others of the account are not concerned.
  if (problem?.meaning === 'replace running') return false;
  if (problem === null || !whole.includes(problem.class)) return false;
  // Held back by ourselves: the limit that did it knows when, unless another process hears sooner.
  const knownSeconds = Math.max(1, Math.ceil((problem.opensInMs ?? 0) / 1000));
  const isHeldBack = problem.meaning === 'held back';
  const seconds = isHeldBack ? Math.min(knownSeconds, REST_SECONDS) : REST_SECONDS;
  await restLane(store, adAccount, seconds);
  return true;
}

/**
 * Meta refuses removals that would leave an audience too small, but not a removal from every audience.
 * Where External IDs mean people of one database only it is the same people.
 */
async function tryAccount(
  muster: Muster,
  client: OpenClient,
  link: LaneLink,
  ids: readonly number[],
): Promise<void> {
  if (!(await hasOneDatabase(muster.store, client.adAccount))) return;
  const delivery = deliveryOfLink(muster, client, link);
  await sendOptOuts(
    {
      ...delivery,
      send: (_direction, upload) =>
        client.meta.removeFromEveryAudience({
          admitted: true,
          account: client.adAccount,
          ...upload,
        }),
    },
    ids,
  );
}

function timesOf({ requestTimeoutMs, settleMs }: OpenClient): Delivery['times'] {
  return { requestTimeoutMs, settleMs };
}

function deliveryOfLink(muster: Muster, client: OpenClient, link: LaneLink): Delivery {
  const { linkId, audienceId, databaseId, consentRule, valueBased } = link;
  return {
    store: muster.store,
    scope: {
      ...{ linkId, audienceId, databaseId, consentRule, valueBased, everybody: false },
      sufficiencyMin: link.externalIdAllowed ? 1 : 2,
    },
    mapsPageUsers: true,
    justCreated: false,
    vouched: false,
    sweeps: false,
    runId: null,
    times: timesOf(client),
    random: muster.random,
    clock: muster.clock,
    sleep: muster.sleep,
    admit: () => client.meta.admit(client.adAccount, LANE_PATIENCE_MS),
    send: (direction, upload) =>
      client.meta.users({
        admitted: true,
        ...{ account: client.adAccount, audienceId: link.metaAudienceId, direction },
        ...upload,
      }),
    tally: emptyTally(),
    onRequest: () => {},
    goOn: () => Promise.resolve(null),
    holds: () => Promise.resolve(true),
    optOutsFirst: () => Promise.resolve(),
  };
}
