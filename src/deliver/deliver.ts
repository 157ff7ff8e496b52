import type { Meaning } from '#meta/meanings.ts';
import type { Problem } from '#meta/problems.ts';
import { chunkNumbers, type PlanChunk, readChunk } from '#store/plans.ts';
import { attribute, isMalformed } from './attribute.ts';
import { type Delivery, mayPass, type Stop, TRIES_MAX } from './delivery.ts';
import { onePageEach } from './_one-page-each.ts';
import { coverRows, type RowList, type Sent, sendRows } from './operation.ts';

/** Additions under way at once: one is answered while the next is written down and encoded. */
const ADDITIONS_AT_ONCE = 3;

const RETRY_FIRST_MS = 500;

/** Why Meta takes no removals from an audience though it may take additions. */
const refusesRemovals: ReadonlySet<Meaning> = new Set([
  'too small to remove',
  'audience flagged',
  'audience locked',
]);

/**
 * Sends a sealed plan: removals one after the other, then additions side by side, and then what needs
 * no request, because somebody else holds all its keys and has now been told. An addition never
 * overtakes a removal that might take its person along. `held`: also what the guard holds. `again`:
 * also what counts as being there.
 * @returns why it stopped before the end, or null.
 */
export async function deliverPlan(
  delivery: Delivery,
  planId: number,
  allowed: { removals: boolean; held: boolean; again?: boolean },
): Promise<Stop | null> {
  const chunks = await chunkNumbers(delivery.store, planId);
  const of = (kind: PlanChunk['kind']) =>
    chunks
      .filter((chunk) => chunk.kind === kind && (allowed.held || !chunk.held))
      .map(({ number }) => number);
  const again = allowed.again ?? false;
  let failed: Stop | null = null;
  if (allowed.removals) {
    for (const number of of('remove')) {
      const chunk = await readChunk(delivery.store, planId, number);
      const stop = await deliverChunk(delivery, chunk, again);
      if (stop === null) continue;
      if (!('problem' in stop) || concernsAdditions(stop.problem)) return stop;
      if (refusesRemovals.has(stop.problem.meaning)) {
        delivery.tally.removalsRefused += chunk.matchRowIds.length;
        delivery.tally.refusal = stop.problem;
      } else failed = stop;
      break;
    }
  }
  const stop = await sideBySide(of('add'), async (number) =>
    deliverChunk(delivery, await readChunk(delivery.store, planId, number), again),
  );
  if (stop !== null) return stop;
  for (const number of of('cover')) {
    const { matchRowIds } = await readChunk(delivery.store, planId, number);
    await coverRows(delivery, matchRowIds);
  }
  return failed;
}

/**
 * Limits, the token and the account are the same for additions. A removal that only got lost, or was
 * found faulty, does not keep them from going (features.md S-08); whom it may take along is said again.
 */
function concernsAdditions(problem: Problem): boolean {
  if (refusesRemovals.has(problem.meaning)) return false;
  return !['retry', 'human', 'bug'].includes(problem.class);
}

async function sideBySide(
  numbers: readonly number[],
  deliver: (number: number) => Promise<Stop | null>,
): Promise<Stop | null> {
  const waiting = numbers.values();
  let stop: Stop | null = null;
  const lane = async (): Promise<void> => {
    for (const number of waiting) {
      if (stop !== null) return;
      stop ??= await deliver(number);
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: ADDITIONS_AT_ONCE }, lane));
  for (const ended of lanes) if (ended.status === 'rejected') throw ended.reason;
  return stop;
}

/** One chunk until it has an answer that says something, or its tries are used up. */
async function deliverChunk(
  delivery: Delivery,
  chunk: PlanChunk,
  again: boolean,
): Promise<Stop | null> {
  const kind = chunk.kind === 'add' ? 'add' : 'remove';
  let lists = await onePageEach(delivery, { ...chunk, again });
  for (let attempt = 1; ; attempt++) {
    const stops: Stop[] = [];
    const unanswered: RowList[] = [];
    for (const list of lists) {
      const wish = await delivery.goOn();
      if (wish !== null) return wish;
      await delivery.optOutsFirst();
      const sent = await sendRows(delivery, kind, list);
      if (sent === null) continue;
      if ('heldBack' in sent) return { problem: sent.heldBack };
      if (sent.answer.outcome === 'clean' || (kind === 'add' && isMalformed(sent))) {
        const stop = await finish(delivery, kind, sent);
        if (stop !== null) stops.push(stop);
        continue;
      }
      const { problem } = sent.answer;
      if (problem.class === 'stop account' || problem.class === 'stop connection')
        return { problem };
      if (!mayPass(delivery, problem) || attempt >= TRIES_MAX) stops.push({ problem });
      // What took too long to be written down takes as long again, and opt-outs wait for it.
      else if (problem.smaller || problem.meaning === 'held back') {
        unanswered.push(...halve(list));
      } else unanswered.push(list);
    }
    const [stop] = stops.toSorted(
      (a, b) => Number(passes(delivery, a)) - Number(passes(delivery, b)),
    );
    if (stop !== undefined) return stop;
    if (unanswered.length === 0) return null;
    lists = unanswered;
    await delivery.sleep(RETRY_FIRST_MS * 2 ** (attempt - 1) * (0.5 + delivery.random()));
  }
}

/** What a person has to do something about is told before what passes by itself. */
function passes(delivery: Delivery, stop: Stop): boolean {
  return 'problem' in stop && mayPass(delivery, stop.problem);
}

async function finish(
  delivery: Delivery,
  kind: 'add' | 'remove',
  sent: Sent,
): Promise<Stop | null> {
  if (kind === 'add') return await attribute(delivery, sent);
  delivery.tally.accepted += sent.ids.length;
  return null;
}

function halve({ matchRowIds, joining, ...rest }: RowList): RowList[] {
  const middle = Math.ceil(matchRowIds.length / 2);
  return [
    { ...rest, matchRowIds: matchRowIds.slice(0, middle), joining: Math.min(joining, middle) },
    { ...rest, matchRowIds: matchRowIds.slice(middle), joining: Math.max(0, joining - middle) },
  ].filter((half) => half.matchRowIds.length > 0);
}
