import { must } from '#domain/errors/assert.ts';
import { insertRejections, type Rejection } from '#store/rejections.ts';
import type { Delivery } from './delivery.ts';
import { rowAsSample } from './encode.ts';
import { type Sent, sendRows } from './operation.ts';

/**
 * Finds out which rows Meta meant (protocol.md §4.4). Samples name them as far as they go; halves of
 * the rest are sent again until the invalid ones are alone or the run's budget for it is used up.
 * Additions may be repeated without harm, which is why this is allowed.
 */
export async function attribute(delivery: Delivery, sent: Sent): Promise<void> {
  const { answer } = sent;
  if (answer.outcome === 'clean') {
    if (answer.numInvalid === 0) delivery.tally.accepted += sent.ids.length;
    else await attributeInvalid(delivery, sent, answer.numInvalid, answer.samples);
  } else {
    await splitRefused(delivery, sent, answer.problem.said);
  }
}

async function attributeInvalid(
  delivery: Delivery,
  sent: Sent,
  numInvalid: number,
  samples: ReadonlyMap<string, string>,
): Promise<void> {
  const named = nameSamples(sent, samples);
  const unnamed = Math.min(Math.max(0, numInvalid - named.length), sent.ids.length - named.length);
  const all = unnamed === sent.ids.length - named.length;
  if (unnamed > 0 && all) {
    // Whatever is left is invalid to the last row, so there is nothing to search for.
    const known = new Set(named.map(({ matchRowId }) => matchRowId));
    for (const id of sent.ids) {
      if (!known.has(id)) named.push({ matchRowId: id, reason: 'invalid, no reason given' });
    }
  }
  await reject(delivery, sent, named);
  if (unnamed === 0 || all) {
    delivery.tally.accepted += sent.ids.length - named.length;
    return;
  }
  const known = new Set(named.map(({ matchRowId }) => matchRowId));
  const rest = sent.ids.filter((id) => !known.has(id));
  if (!(await sendHalves(delivery, rest))) {
    delivery.tally.unattributed += unnamed;
    delivery.tally.accepted += rest.length - unnamed;
  }
}

export function nameSamples(sent: Sent, samples: ReadonlyMap<string, string>): Rejection[] {
  if (samples.size === 0) return [];
  const named: Rejection[] = [];
  for (const [i, row] of sent.rows().entries()) {
    const reason = samples.get(rowAsSample(row, sent.schema));
    if (reason === undefined) continue;
    const matchRowId = must(sent.ids[i], 'a sent row has an id');
    named.push({ matchRowId, reason: reason === '' ? 'invalid, no reason given' : reason });
  }
  return named;
}

/** A request refused as malformed: some row did it. Alone it is named, else the halves are tried. */
async function splitRefused(delivery: Delivery, sent: Sent, said: string): Promise<void> {
  if (sent.ids.length === 1) {
    const matchRowId = must(sent.ids[0], 'one row was sent');
    await reject(delivery, sent, [{ matchRowId, reason: said === '' ? 'refused by Meta' : said }]);
    return;
  }
  if (!(await sendHalves(delivery, sent.ids))) delivery.tally.unattributed += sent.ids.length;
}

/** False when the budget does not allow it. */
async function sendHalves(delivery: Delivery, ids: readonly number[]): Promise<boolean> {
  if (delivery.tally.bisectRequestsLeft < 2) return false;
  delivery.tally.bisectRequestsLeft -= 2;
  const middle = Math.ceil(ids.length / 2);
  for (const half of [ids.slice(0, middle), ids.slice(middle)]) {
    if (half.length === 0) continue;
    const sent = await sendRows(delivery, 'add', { matchRowIds: half, joining: 0, again: true });
    if (sent === null) continue;
    const answered = 'answer' in sent && (sent.answer.outcome === 'clean' || isMalformed(sent));
    if (answered) await attribute(delivery, sent);
    else delivery.tally.unattributed += half.length;
  }
  return true;
}

/** Meta took offence at the content, not at the time, the token or the account. */
export function isMalformed(sent: Sent): boolean {
  return sent.answer.outcome === 'refused' && sent.answer.problem.meaning === 'parameter refused';
}

async function reject(
  delivery: Delivery,
  sent: Sent,
  rejections: readonly Rejection[],
): Promise<void> {
  const operation = { id: sent.operationId, linkId: delivery.scope.linkId };
  await insertRejections(delivery.store, operation, rejections);
  delivery.tally.rejected += rejections.length;
  for (const { reason } of rejections) {
    delivery.tally.rejectedBy.set(reason, (delivery.tally.rejectedBy.get(reason) ?? 0) + 1);
  }
}
