import { inSpan } from './_span.ts';
import type { WireKey } from '#domain/identifier-keys.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { type Problem, problemOf } from '#meta/problems.ts';
import type { UsersAnswer } from '#meta/users.ts';
import { settleConsents } from '#store/consent-changes.ts';
import { readConsentRule } from '#store/consent-settings.ts';
import type { Tx } from '#store/db.ts';
import {
  beginAddition,
  describeOperation,
  endOperation,
  type NewOperation,
  type OperationRows,
  type Replacing,
} from '#store/operations.ts';
import { carryEntries } from '#store/opt-outs.ts';
import { beginRemoval } from '#store/removals.ts';
import { lockAlone, lockSending, readSending } from '#store/suppressions.ts';
import { type Delivery, OPEN_WITHIN_MS } from './delivery.ts';
import { dropKeys, encodeRows, keepKeys, splitRows } from './encode.ts';

/** lane: a removal of those who opted out; it takes all their values, and counts for no guard. */
export type SendKind = 'add' | 'remove' | 'lane';

/** One request that was sent, row by row. */
export interface Sent {
  readonly operationId: number;
  readonly ids: readonly number[];
  readonly schema: readonly WireKey[];
  /** Packed rows as they were sent; split only when an answer makes it necessary. */
  readonly rows: () => readonly Buffer[];
  readonly answer: UsersAnswer;
}

/** Meta's limits did not let the request out, so it was not written down either. */
interface HeldBack {
  readonly heldBack: Problem;
}

/** A request of an exchange: its place in the session, and what all of them have in common. */
interface ReplacingPart extends Replacing {
  readonly sessionId: string;
  readonly isLast: boolean;
  readonly rowsTotal: number;
  readonly columns: number;
}

/** Rows to send; so many of the first are of people who are new to Meta. */
export interface RowList {
  readonly matchRowIds: readonly number[];
  readonly joining: number;
  /** One request of an exchange of all members. */
  readonly replacing?: ReplacingPart;
  /** Also rows that count as being there: they are sent again to find the invalid ones. */
  readonly again?: boolean;
}

/**
 * One operation from its first write to its last: what is still wanted is written down as under way
 * and committed, then the request goes out, then its outcome is written down (protocol.md §4).
 * Null when nothing of it was left to do. The limits are asked first: what they hold back was not
 * sent, and must not be written down as if it were.
 */
export async function sendRows(
  delivery: Delivery,
  kind: SendKind,
  list: RowList,
): Promise<Sent | HeldBack | null> {
  const heldBack = await delivery.admit();
  if (heldBack !== null) return { heldBack };
  const { linkId } = delivery.scope;
  const about = { kind, link: linkId, rows: list.matchRowIds.length };
  return await inSpan('operation', about, async (note) => {
    const sent = await carry(delivery, kind, list);
    if (sent !== null) note({ operation: sent.operationId, outcome: sent.answer.outcome });
    return sent;
  });
}

/** Written down, sent, written down. */
async function carry(delivery: Delivery, kind: SendKind, list: RowList): Promise<Sent | null> {
  const begun = await begin(delivery, kind, list);
  if (begun === null) return null;
  delivery.tally.requests++;
  delivery.onRequest();
  const direction = kind === 'add' ? 'add' : 'remove';
  const answered = await delivery.send(direction, begun);
  // Of a longer session Meta counts all rows so far.
  const answer = list.replacing === undefined ? settled(answered, begun.ids.length) : answered;
  await delivery.store.tx((tx) =>
    endOperation(
      tx,
      {
        id: begun.operationId,
        linkId: delivery.scope.linkId,
        outcome: answer.outcome,
        answer: receipt(answer),
        neighbours: begun.neighbours,
      },
      delivery.times.settleMs,
    ),
  );
  if (answer.outcome === 'clean') {
    if (kind === 'add') delivery.tally.added += begun.people;
    else delivery.tally.removed += begun.people;
  }
  return {
    operationId: begun.operationId,
    ids: begun.ids,
    schema: begun.schema,
    rows: () => splitRows(begun.packed, begun.ids.length),
    answer,
  };
}

/** Removals whose keys are all held by others: nothing to send, so done with the commit. */
export async function coverRows(
  delivery: Delivery,
  matchRowIds: readonly number[],
): Promise<number> {
  return await inSending(delivery, false, async (tx, operation) => {
    const taken = await beginRemoval(tx, operation({ matchRowIds, joining: 0 }), 'covered');
    await describeOperation(tx, taken.operationId, {
      schema: [],
      rowCount: taken.ids.length,
      people: taken.people,
      evidencePeople: delivery.vouched ? 0 : taken.evidencePeople,
      swept: delivery.sweeps,
      bodyBytes: 0,
    });
    delivery.tally.moot += matchRowIds.length - taken.ids.length;
    delivery.tally.removed += taken.people;
    delivery.tally.covered += taken.ids.length;
    return taken.ids.length;
  });
}

/**
 * A transaction in which nobody opts out before it commits, and whoever did before is known. The lane
 * has it for itself, so that it knows of every addition that left before.
 */
async function inSending<T>(
  delivery: Delivery,
  lane: boolean,
  work: (tx: Tx, operation: (list: RowList) => NewOperation) => Promise<T>,
): Promise<T> {
  const { store, scope } = delivery;
  for (;;) {
    const done = await store.tx(async (tx) => {
      if (!(await delivery.holds(tx))) throw new MusterError('RUN_TAKEN_OVER');
      if (lane) await lockAlone(tx, scope.databaseId);
      const { pending, suppressing } = lane
        ? await readSending(tx, scope.databaseId)
        : await lockSending(tx, scope.databaseId);
      if (pending) return null;
      // Whoever changes it waits for us, or we for them: what is asked for now counts.
      const consentRule = await readConsentRule(tx, scope.audienceId);
      const now = { ...delivery.scope, suppressing, consentRule };
      const operation = (list: RowList) => newOperation(delivery, { list, lane, scope: now });
      return { result: await work(tx, operation) };
    });
    if (done !== null) return done.result;
    await store.tx((tx) => settleConsents(tx, scope.databaseId));
  }
}

interface Begun extends OperationRows {
  readonly body: Uint8Array;
  readonly packed: Buffer;
  readonly schema: readonly WireKey[];
  readonly openByMs: number;
}

async function begin(delivery: Delivery, kind: SendKind, list: RowList): Promise<Begun | null> {
  const startedMs = delivery.clock();
  const openByMs = startedMs + OPEN_WITHIN_MS;
  return await inSending(delivery, kind === 'lane', async (tx, operationOf) => {
    const operation = operationOf(list);
    const taken =
      kind === 'add'
        ? await beginAddition(tx, operation)
        : await beginRemoval(tx, operation, kind === 'lane' ? 'lane' : 'free');
    delivery.tally.moot += list.matchRowIds.length - taken.ids.length;
    if (kind === 'lane') {
      const { operationId, ids: carried, leftIds: left } = taken;
      const entries = { operationId, listed: list.matchRowIds, carried, left };
      await carryEntries(tx, operation.scope.linkId, entries);
    }
    if (taken.ids.length === 0) {
      await describeOperation(tx, taken.operationId, null);
      return null;
    }
    const packed = packedOf(kind, taken);
    const encoded = encodeRows(packed, taken.ids.length, {
      id: operation.sessionId,
      withValues: delivery.scope.valueBased,
      ...(list.replacing === undefined ? {} : { part: list.replacing }),
    });
    await describeOperation(tx, taken.operationId, {
      schema: encoded.schema,
      rowCount: encoded.rowCount,
      people: taken.people,
      // Somebody answers for the removals; additions are measured against.
      evidencePeople: kind !== 'add' && delivery.vouched ? 0 : taken.evidencePeople,
      swept: delivery.sweeps,
      bodyBytes: encoded.body.length,
    });
    return { ...taken, packed, body: encoded.body, schema: encoded.schema, openByMs };
  });
}

function packedOf(kind: SendKind, { cells, freeKeys, suppressedKeys }: OperationRows): Buffer {
  if (kind !== 'add') return keepKeys(cells, freeKeys);
  return suppressedKeys === null ? cells : dropKeys(cells, suppressedKeys);
}

function newOperation(
  delivery: Delivery,
  { list, lane, scope }: { list: RowList; lane: boolean; scope: NewOperation['scope'] },
): NewOperation {
  return {
    runId: delivery.runId,
    scope,
    sessionId: list.replacing?.sessionId ?? newSessionId(delivery.random),
    replacing: list.replacing ?? null,
    matchRowIds: list.matchRowIds,
    joining: list.joining,
    again: list.again ?? false,
    lane,
    times: delivery.times,
  };
}

/** Below 2^53, and never the same twice as far as chance goes. */
export function newSessionId(random: () => number): string {
  return String(1 + Math.floor(random() * (2 ** 53 - 2)));
}

/** An answer that does not count all the rows proves nothing about them. */
export function settled(answer: UsersAnswer, rowsSent: number): UsersAnswer {
  if (answer.outcome !== 'clean' || answer.numReceived === rowsSent) return answer;
  const said = `Meta counted ${answer.numReceived} of ${rowsSent} rows`;
  const where = { account: null, httpStatus: 200 };
  return { outcome: 'uncertain', problem: problemOf('answer not understood', where, said) };
}

/** What is kept of an answer: numbers and words, never the sampled rows themselves. */
function receipt(answer: UsersAnswer): object {
  if (answer.outcome === 'clean') {
    const { numReceived, numInvalid, sessionId } = answer;
    return { numReceived, numInvalid, sessionId };
  }
  const { meaning, code, subcode, traceId, said, httpStatus } = answer.problem;
  return { meaning, code, subcode, traceId, said, httpStatus };
}
