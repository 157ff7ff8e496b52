import { newSessionId } from '#deliver/operation.ts';
import { must } from '#domain/errors/assert.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { statesAtMeta } from '#insights/state-at-meta.ts';
import { approvalWords, judgeSize } from '#plan/approval.ts';
import { makeReplacePlan, type ReplacePlan } from '#plan/replace.ts';
import { findAudience } from '#store/audiences.ts';
import { settleConsents } from '#store/consent-changes.ts';
import { readPace } from '#store/pace.ts';
import { findPlan, markPlan } from '#store/plans.ts';
import { requestRun, withOwnRun } from '#store/run-queue.ts';
import { beginReplacement, openReplacement, unsettledUntil } from '#store/replacements.ts';
import { refuseMoved } from './apply.ts';
import { evaluateAudience } from './evaluate.ts';
import type { Muster, OnProgress } from './muster.ts';
import { receiveBeforeRun } from './receive-events.ts';
import type { SyncReport } from './reports.ts';
import { performRun } from './run.ts';
import { type AudienceScope, integrationOf, planWish, readScope } from './scope.ts';
import { refuseStopped } from './sync.ts';

/** What exchanging all members of the Meta audience would do, as --json prints it. */
export interface ReplaceReport {
  readonly audience: string;
  readonly checksum: string;
  readonly metaAudienceId: string;
  /** People and rows that are the audience afterwards. */
  readonly people: number;
  readonly rows: number;
  /** Rows of another shape, which are added when it is over. */
  readonly rowsAfterwards: number;
  readonly joins: number;
  /** People whom Muster told and who go; whoever others put there goes too, and nobody knows how many. */
  readonly leaves: number;
  readonly requests: number;
  readonly bytes: number;
  /** The requests go one after the other. */
  readonly predictedSeconds: number;
  readonly basis: string;
  readonly size: string | null;
  /** What is lost by it, and what may go wrong, in whole sentences. */
  readonly warnings: readonly string[];
}

/** Meta closes the session after 90 minutes; beyond this prediction it is not begun (protocol.md §9). */
const PREDICTED_SECONDS_MAX = 3_600;

/**
 * Looks: seals the list of everybody who is to be in the audience, and says what exchanging all members
 * for it would take and lose.
 * @throws MusterError REPLACE_NOT_LINKED, REPLACE_NOBODY, REPLACE_TOO_LONG
 */
export async function planReplacement(
  muster: Muster,
  name: string,
  onProgress: OnProgress,
): Promise<ReplaceReport> {
  const { store } = muster;
  const audience = await findAudience(store, name);
  await receiveBeforeRun(muster, audience.databaseId);
  onProgress({ step: 'evaluate', done: 0, total: null, unit: 'rows' });
  await evaluateAudience(store, audience);
  const scope = await readScope(store, audience.id);
  const { link } = scope;
  if (link === null) throw new MusterError('REPLACE_NOT_LINKED', `“${name}”`);
  if ((await openReplacement(store, link.id)) !== null) {
    throw new MusterError('REPLACE_UNDER_WAY', `“${name}”`);
  }
  await store.tx((tx) => settleConsents(tx, audience.databaseId));
  onProgress({ step: 'compare', done: 0, total: null, unit: 'rows' });
  const plan = await store.snapshot((tx) => makeReplacePlan(tx, planWish(scope, null), link.id));
  if (plan.list.rows === 0) throw new MusterError('REPLACE_NOBODY', `“${name}”`);
  const pace = await readPace(store, audience.integrationId);
  const predictedSeconds = Math.ceil(plan.list.rows / pace.rowsPerSecondAlone);
  if (predictedSeconds > PREDICTED_SECONDS_MAX) {
    const minutes = Math.ceil(predictedSeconds / 60);
    throw new MusterError('REPLACE_TOO_LONG', `about ${minutes} minutes, by ${pace.basis}`);
  }
  const size = (await statesAtMeta(store, [audience.id])).get(name)?.size ?? null;
  return report(name, scope, plan, { predictedSeconds, basis: pace.basis, size });
}

function report(
  audience: string,
  { link }: AudienceScope,
  { checksum, list, joins, leaves, requests, bytes }: ReplacePlan,
  measured: { predictedSeconds: number; basis: string; size: string | null },
): ReplaceReport {
  const afterwards =
    list.afterwards === 0
      ? []
      : [`${list.afterwards} rows of another shape are out until it is over, and added then.`];
  return {
    ...{ audience, checksum, metaAudienceId: must(link, 'looked at').metaAudienceId },
    ...{ people: list.people, rows: list.rows, rowsAfterwards: list.afterwards },
    ...{ joins, leaves, requests, bytes, ...measured },
    warnings: [
      `Everybody in the Meta audience who is not on this list leaves: ${leaves} people whom Muster told, and whoever was put there by others, of whom Meta says nothing.`,
      'The first request empties the audience. Until the last one has gone it is short, and if Muster is kept from going on for 90 minutes Meta closes it as it stands; the next run then adds the rest.',
      'Meanwhile nothing else can be added or removed. Whoever opts out is left out of what was not sent yet, and is removed first when it is over.',
      'Ad sets that use the audience keep what they have learned, unlike by removing and adding.',
      ...afterwards,
    ],
  };
}

/**
 * Does what was looked at. It survives being killed: whoever runs the audience next goes on with it.
 * @throws MusterError PLAN_UNKNOWN, PLAN_STALE, REPLACE_WAITS, RUN_ACTIVE
 */
export async function replaceMembers(
  muster: Muster,
  name: string,
  checksum: string,
  onProgress: OnProgress,
): Promise<SyncReport> {
  const { store } = muster;
  const audience = await findAudience(store, name);
  await refuseStopped(muster, audience);
  await integrationOf(store, audience);
  const wish = { audienceId: audience.id, trigger: 'replace' } as const;
  const staying = { staysMs: WAIT_UNASKED_MAX_MS, mayYield: false };
  const done = await withOwnRun(store, wish, async (run, putOff) => {
    try {
      await begin(muster, audience.id, checksum);
      const report = await performRun(muster, run, staying, onProgress);
      if (report === null) throw new MusterError('RUN_TAKEN_OVER');
      return report;
    } finally {
      if (putOff) await requestRun(store, { audienceId: audience.id, trigger: 'schedule' });
    }
  });
  if (done === null) throw new MusterError('RUN_ACTIVE', `“${name}”`);
  return done;
}

/** Windows shorter than this are waited for without being asked. */
const WAIT_UNASKED_MAX_MS = 30_000;

async function begin(muster: Muster, audienceId: number, checksum: string): Promise<void> {
  const { store } = muster;
  const plan = await findPlan(store, checksum);
  if (plan === null || plan.audienceId !== audienceId || plan.madeFrom['replaces'] !== true) {
    throw new MusterError('PLAN_UNKNOWN', checksum);
  }
  const linkId = must(plan.linkId, 'a replacement was planned for a link');
  const waitMs = await unsettledUntil(store, linkId);
  if (waitMs !== null && waitMs > WAIT_UNASKED_MAX_MS) {
    throw new MusterError('REPLACE_WAITS', `for ${Math.ceil(waitMs / 60_000)} minutes`);
  }
  if (waitMs !== null) await muster.sleep(waitMs + 5);
  await refuseMoved(muster, plan, await readScope(store, audienceId));
  const client = await muster.openClient(
    await integrationOf(store, (await readScope(store, audienceId)).audience),
  );
  const { list, joins, leaves } = plan.counts as ReplacePlan;
  await refuseTooLarge(muster, audienceId, { joins, leaves });
  await store.tx((tx) =>
    beginReplacement(tx, {
      ...{ linkId, planId: plan.id, list },
      sessionId: newSessionId(muster.random),
      lagMs: client.requestTimeoutMs + client.settleMs,
    }),
  );
  await markPlan(store, plan.id, 'applied');
}

/** Halves of it cannot wait for somebody. @throws MusterError APPROVAL_NEEDED */
async function refuseTooLarge(
  { store }: Muster,
  audienceId: number,
  { joins, leaves }: Pick<ReplacePlan, 'joins' | 'leaves'>,
): Promise<void> {
  const { approvalLimits } = await readScope(store, audienceId);
  const counts = { adds: joins, removes: leaves, updates: 0, typed: 0 };
  const verdict = judgeSize(counts, approvalLimits);
  if (!verdict.needed) return;
  throw new MusterError('APPROVAL_NEEDED', approvalWords(verdict), {
    next: 'Use `muster sync NAME`: it waits for a second person, which an exchange cannot.',
  });
}
