import { must } from '#domain/errors/assert.ts';
import { insertRejections, type Rejection } from '#store/rejections.ts';
import { namedKey } from './_named-key.ts';
import { type Delivery, mayPass, type Stop } from './delivery.ts';
import { rowAsSample } from './encode.ts';
import { type Sent, sendRows } from './operation.ts';

/**
 * Finds out which rows Meta meant (protocol.md §4.4). Samples name them as far as they go; halves of
 * the rest are sent again until the invalid ones are alone or the run's budget for it is used up.
 * Additions may be repeated without harm, which is why this is allowed.
 * @returns what a half met with that ends the run, a dead token for one.
 */
export async function attribute(delivery: Delivery, sent: Sent): Promise<Stop | null> {
  const { answer } = sent;
  if (answer.outcome !== 'clean') return await splitRefused(delivery, sent, answer.problem.said);
  if (answer.numInvalid > 0) {
    return await attributeInvalid(delivery, sent, answer.numInvalid, answer.samples);
  }
  delivery.tally.accepted += sent.ids.length;
  return null;
}

async function attributeInvalid(
  delivery: Delivery,
  sent: Sent,
  numInvalid: number,
  samples: ReadonlyMap<string, string>,
): Promise<Stop | null> {
  const named = nameSamples(sent, samples);
  const unnamed = Math.min(Math.max(0, numInvalid - named.length), sent.ids.length - named.length);
  const all = unnamed === sent.ids.length - named.length;
  if (unnamed > 0 && all) {
    // Whatever is left is invalid to the last row, so there is nothing to search for.
    const known = new Set(named.map(({ matchRowId }) => matchRowId));
    for (const id of sent.ids) {
      if (!known.has(id)) named.push(rejectionOf(sent, id, ''));
    }
  }
  await reject(delivery, sent, named);
  if (unnamed === 0 || all) {
    delivery.tally.accepted += sent.ids.length - named.length;
    return null;
  }
  const known = new Set(named.map(({ matchRowId }) => matchRowId));
  const rest = sent.ids.filter((id) => !known.has(id));
  if (mayBisect(delivery)) return await sendHalves(delivery, rest);
  delivery.tally.unattributed += unnamed;
  delivery.tally.accepted += rest.length - unnamed;
  return null;
}

export function nameSamples(sent: Sent, samples: ReadonlyMap<string, string>): Rejection[] {
  if (samples.size === 0) return [];
  const named: Rejection[] = [];
  for (const [i, row] of sent.rows().entries()) {
    const reason = samples.get(rowAsSample(row, sent.schema));
    if (reason === undefined) continue;
    const matchRowId = must(sent.ids[i], 'a sent row has an id');
    named.push(rejectionOf(sent, matchRowId, reason));
  }
  return named;
}

function rejectionOf({ schema }: Sent, matchRowId: number, said: string): Rejection {
  const reason = said === '' ? 'invalid, no reason given' : said;
  return { matchRowId, reason, key: namedKey(said, schema) };
}

/** A request refused as malformed: some row did it. Alone it is named, else the halves are tried. */
async function splitRefused(delivery: Delivery, sent: Sent, said: string): Promise<Stop | null> {
  if (sent.ids.length === 1) {
    const matchRowId = must(sent.ids[0], 'one row was sent');
    await reject(delivery, sent, [rejectionOf(sent, matchRowId, said || 'refused by Meta')]);
    return null;
  }
  if (mayBisect(delivery)) return await sendHalves(delivery, sent.ids);
  delivery.tally.unattributed += sent.ids.length;
  delivery.tally.fruitless += 1;
  return null;
}

/** Two requests of the run's budget, if it has them. */
function mayBisect({ tally }: Delivery): boolean {
  if (tally.bisectRequestsLeft < 2) return false;
  tally.bisectRequestsLeft -= 2;
  return true;
}

async function sendHalves(delivery: Delivery, ids: readonly number[]): Promise<Stop | null> {
  const middle = Math.ceil(ids.length / 2);
  for (const half of [ids.slice(0, middle), ids.slice(middle)]) {
    if (half.length === 0) continue;
    const sent = await sendRows(delivery, 'add', { matchRowIds: half, joining: 0, again: true });
    if (sent === null) continue;
    if ('heldBack' in sent) return { problem: sent.heldBack };
    if (sent.answer.outcome === 'clean' || isMalformed(sent)) {
      const stop = await attribute(delivery, sent);
      if (stop !== null) return stop;
      continue;
    }
    const { problem } = sent.answer;
    if (!mayPass(delivery, problem)) return { problem };
    delivery.tally.unattributed += half.length;
  }
  return null;
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
