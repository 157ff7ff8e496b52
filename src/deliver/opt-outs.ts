import type { Problem } from '#meta/problems.ts';
import { answerEntries, refuseEntries } from '#store/opt-outs.ts';
import { isMalformed, nameSamples } from './attribute.ts';
import type { Delivery } from './delivery.ts';
import { onePageEach } from './_one-page-each.ts';
import { type RowList, type Sent, sendRows } from './operation.ts';

/**
 * One request of the lane: everybody listed leaves by all values that nobody wanted holds. What Meta
 * refuses stays open, with its reason. Removals may be repeated without harm, so rows that spoil a
 * request are found by sending halves.
 * @returns what went wrong with the request, or null.
 */
export async function sendOptOuts(
  delivery: Delivery,
  matchRowIds: readonly number[],
): Promise<Problem | null> {
  let last: Problem | null = null;
  for (const list of await onePageEach(delivery, { matchRowIds, joining: 0 })) {
    last = (await sendList(delivery, list)) ?? last;
  }
  return last;
}

async function sendList(delivery: Delivery, list: RowList): Promise<Problem | null> {
  const sent = await sendRows(delivery, 'lane', list);
  if (sent === null) return null;
  if ('heldBack' in sent) return sent.heldBack;
  const { answer, operationId, ids } = sent;
  if (answer.outcome === 'clean') {
    await answerInvalid(delivery, sent, answer);
    return null;
  }
  const { problem } = answer;
  if ((isMalformed(sent) || problem.smaller) && ids.length > 1) return await halves(delivery, ids);
  const passes = problem.class === 'retry' || problem.class === 'wait';
  const refusal = passes ? null : refusalOf(problem);
  await delivery.store.tx((tx) => answerEntries(tx, operationId, answer.outcome, refusal));
  return problem;
}

async function halves(delivery: Delivery, ids: readonly number[]): Promise<Problem | null> {
  const middle = Math.ceil(ids.length / 2);
  const first = await sendOptOuts(delivery, ids.slice(0, middle));
  if (first?.class.startsWith('stop ') === true) return first;
  return (await sendOptOuts(delivery, ids.slice(middle))) ?? first;
}

/** Rows that Meta could not read have not left. Those it does not name are looked for among fewer. */
async function answerInvalid(
  delivery: Delivery,
  sent: Sent,
  answer: { readonly numInvalid: number; readonly samples: ReadonlyMap<string, string> },
): Promise<void> {
  const { operationId, ids } = sent;
  const all = answer.numInvalid >= ids.length;
  const named = all
    ? ids.map((matchRowId) => ({ matchRowId, reason: 'invalid, no reason given' }))
    : nameSamples(sent, answer.samples);
  const unnamed = all ? 0 : answer.numInvalid - named.length;
  if (unnamed > 0) {
    const known = new Set(named.map(({ matchRowId }) => matchRowId));
    await delivery.store.tx((tx) => refuseEntries(tx, operationId, named));
    await halves(
      delivery,
      ids.filter((id) => !known.has(id)),
    );
    return;
  }
  await delivery.store.tx(async (tx) => {
    if (named.length > 0) await refuseEntries(tx, operationId, named);
    await answerEntries(tx, operationId, 'clean', null);
  });
}

/** What is kept and shown of a refusal. */
export function refusalOf({ meaning, words, link, code, subcode, said }: Problem): object {
  return { meaning, words, link, code, subcode, said };
}
