import type { Meaning } from '#meta/meanings.ts';
import type { Problem } from '#meta/problems.ts';
import { chunkNumbers, readChunk } from '#store/plans.ts';
import { insertRejections } from '#store/rejections.ts';
import {
  confirmBatch,
  doubtRows,
  type LastBatch,
  lastBatch,
  type Replacement,
  type ReplacementEnd,
} from '#store/replacements.ts';
import { isMalformed, nameSamples } from './attribute.ts';
import { type Delivery, type Stop, TRIES_MAX } from './delivery.ts';
import { type RowList, type Sent, sendRows } from './operation.ts';

/** What an exchange needs besides a delivery: its requests go elsewhere, and its session can be asked for. */
export interface ReplaceTools {
  readonly delivery: Delivery;
  /** Whether Meta has taken anything in the session; null: it could not be asked. */
  readonly hasBegun: (sessionId: string) => Promise<boolean | null>;
}

const RETRY_FIRST_MS = 1_000;

/** Meta has closed the session, or worked with a part of it: what was sent is the audience. */
const isOver: ReadonlySet<Meaning> = new Set([
  'replace out of time',
  'replace finished',
  'replace in part',
]);

/** `why`: what Meta said to the request that ended it. */
export interface Ended {
  readonly end: ReplacementEnd;
  readonly why?: Problem;
}

/** Where an exchange stands: its next request, and the part of the list that it carries. */
interface Place {
  readonly batch: number;
  /** Position in the list of parts; behind the last one nothing is left but to close the session. */
  readonly at: number;
}

/**
 * Sends the sealed list as one session, request after request, or goes on with it after a crash. The
 * first request empties the audience, so it is never sent twice: if nobody knows what became of it, Meta
 * is asked.
 * @returns how it ended, or why it stands still.
 */
export async function deliverReplacement(
  tools: ReplaceTools,
  replacement: Replacement,
): Promise<Ended | { stop: Stop }> {
  const { delivery } = tools;
  const chunks = (await chunkNumbers(delivery.store, replacement.planId)).map((c) => c.number);
  const resumed = await resume(tools, replacement, chunks);
  if ('end' in resumed || 'stop' in resumed) return resumed;
  let place: Place = resumed;
  // The last part closes the session; if it turns out empty, the part before is said once more.
  while (place.at < chunks.length) {
    if (!replacement.isOpen) return { end: place.batch > 1 ? 'in part' : 'refused' };
    const wish = await delivery.goOn();
    if (wish !== null && 'wish' in wish && wish.wish === 'cancel') return { stop: wish };
    await delivery.optOutsFirst();
    const result = await sendPart(tools, replacement, chunks, place);
    if ('end' in result || 'stop' in result) return result;
    place = result;
  }
  return { end: 'done' };
}

async function resume(
  { delivery, hasBegun }: ReplaceTools,
  replacement: Replacement,
  chunks: readonly number[],
): Promise<Place | Ended | { stop: Stop }> {
  const last = await lastBatch(delivery.store, replacement.id);
  if (last === null) return { batch: 1, at: 0 };
  const at = chunks.indexOf(last.chunkNumber);
  if (last.outcome === 'clean') return { batch: last.batch + 1, at: at + 1 };
  if (last.batch > 1 || last.outcome === 'refused') return { batch: last.batch, at };
  return await settleFirst({ hasBegun, delivery }, replacement, last, at);
}

/** Nobody knows what became of the first request: only Meta can say. */
async function settleFirst(
  { delivery, hasBegun }: ReplaceTools,
  { sessionId }: Replacement,
  last: LastBatch,
  at: number,
): Promise<Place | Ended> {
  if ((await hasBegun(sessionId)) !== true) return { end: 'lost' };
  await confirmBatch(delivery.store, last.operationId);
  return { batch: 2, at: at + 1 };
}

async function sendPart(
  tools: ReplaceTools,
  replacement: Replacement,
  chunks: readonly number[],
  { batch, at }: Place,
): Promise<Place | Ended | { stop: Stop }> {
  const { delivery } = tools;
  const isLast = at === chunks.length - 1;
  for (let attempt = 1; ; attempt++) {
    const sent = await sendRows(
      delivery,
      'add',
      await partOf(delivery, replacement, chunks, at, batch),
    );
    if (sent !== null && 'heldBack' in sent) return { stop: { problem: sent.heldBack } };
    if (sent === null) {
      if (!isLast) return { batch, at: at + 1 };
      if (at === 0 || batch === 1) return { end: batch === 1 ? 'refused' : 'in part' };
      // Everybody of the last part has gone meanwhile: the part before closes the session.
      const closing = await partOf(delivery, replacement, chunks, at - 1, batch, true);
      const closed = await sendRows(delivery, 'add', closing);
      return closed !== null && 'answer' in closed && closed.answer.outcome === 'clean'
        ? { batch: batch + 1, at: at + 1 }
        : { end: 'in part' };
    }
    if (sent.answer.outcome === 'clean') {
      await takeAnswer(delivery, sent, sent.answer);
      return { batch: batch + 1, at: at + 1 };
    }
    const { problem } = sent.answer;
    const next = await decide(tools, replacement, { sent, problem, batch, at, isLast, attempt });
    if (next !== 'again') return next;
    await delivery.sleep(RETRY_FIRST_MS * 2 ** (attempt - 1) * (0.5 + delivery.random()));
  }
}

async function decide(
  tools: ReplaceTools,
  replacement: Replacement,
  seen: {
    readonly sent: Sent;
    readonly problem: Problem;
    readonly batch: number;
    readonly at: number;
    readonly isLast: boolean;
    readonly attempt: number;
  },
): Promise<'again' | Place | Ended | { stop: Stop }> {
  const { sent, problem, batch, at, isLast, attempt } = seen;
  const isFirst = batch === 1;
  if (isFirst && sent.answer.outcome === 'uncertain') {
    const last = await lastBatch(tools.delivery.store, replacement.id);
    if (last !== null) return await settleFirst(tools, replacement, last, at);
  }
  if (isOver.has(problem.meaning)) return { end: 'in part' };
  if (problem.meaning === 'replace not begun') return { end: 'lost' };
  // A row that spoils a request is looked for afterwards, where halves may be tried.
  if (isMalformed(sent) && !isFirst) return isLast ? { end: 'in part' } : { batch, at: at + 1 };
  const passes = problem.class === 'retry' || problem.throttled !== null;
  if (passes && attempt < TRIES_MAX) return 'again';
  if (passes || problem.class === 'wait') {
    // Nothing of it has left, so nothing is lost by leaving it.
    return isFirst && sent.answer.outcome === 'refused' && problem.meaning === 'replace running'
      ? { end: 'refused', why: problem }
      : { stop: { problem } };
  }
  return { end: isFirst ? 'refused' : 'in part', why: problem };
}

async function partOf(
  delivery: Delivery,
  { id, planId, sessionId, columns, rows }: Replacement,
  chunks: readonly number[],
  at: number,
  batch: number,
  isLast = at === chunks.length - 1,
): Promise<RowList> {
  const chunkNumber = chunks[isLast ? chunks.length - 1 : at] ?? 0;
  const { matchRowIds, joining } = await readChunk(delivery.store, planId, chunks[at] ?? 0);
  return {
    ...{ matchRowIds, joining, again: true },
    replacing: {
      ...{ replacementId: id, batch, chunkNumber },
      ...{ sessionId, isLast, rowsTotal: rows, columns },
    },
  };
}

/** Rows that Meta could not read are named by its samples; if some are not, the request is said again. */
async function takeAnswer(
  delivery: Delivery,
  sent: Sent,
  answer: { readonly numInvalid: number; readonly samples: ReadonlyMap<string, string> },
): Promise<void> {
  const named = nameSamples(sent, answer.samples);
  const { linkId } = delivery.scope;
  if (named.length > 0) {
    await insertRejections(delivery.store, { id: sent.operationId, linkId }, named);
    for (const { reason } of named) {
      const before = delivery.tally.rejectedBy.get(reason) ?? 0;
      delivery.tally.rejectedBy.set(reason, before + 1);
    }
  }
  // Its count is of the whole session so far, so it is compared where samples came.
  if (answer.samples.size >= 100 || (answer.numInvalid > 0 && named.length === 0)) {
    await doubtRows(delivery.store, linkId, sent.ids);
  }
  delivery.tally.rejected += named.length;
  delivery.tally.accepted += sent.ids.length - named.length;
}
