import type { Problem } from '#meta/problems.ts';
import type { Upload, UsersAnswer } from '#meta/users.ts';
import {
  type AccountRemoval,
  answerAccountRemoval,
  beginAccountRemoval,
  markAccountRemovalSent,
} from '#store/account-removals.ts';
import type { Store } from '#store/db.ts';
import type { SendTimes } from '#store/operations.ts';
import { OPEN_WITHIN_MS } from './delivery.ts';
import { encodeRows, keepKeys } from './encode.ts';
import { newSessionId, settled } from './operation.ts';
import { refusalOf } from './opt-outs.ts';

interface Tools {
  readonly store: Store;
  readonly clock: () => number;
  readonly random: () => number;
  readonly send: (upload: Upload) => Promise<UsersAnswer>;
  readonly times: SendTimes;
}

/**
 * Removes an erased person from every audience of an ad account, those that we never made included.
 * External IDs stay out where another database may have given the same one to somebody else.
 * @returns what went wrong, or null.
 */
export async function sendAccountRemoval(
  { store, clock, random, send, times }: Tools,
  work: {
    readonly adAccount: string;
    readonly oneDatabase: boolean;
    readonly removal: AccountRemoval;
  },
): Promise<Problem | null> {
  const { adAccount, oneDatabase, removal } = work;
  const openByMs = clock() + OPEN_WITHIN_MS;
  const sessionId = newSessionId(random);
  const encoded = await store.tx(async (tx) => {
    const { cells, keys, raised } = await beginAccountRemoval(
      tx,
      { adAccount, databaseId: removal.databaseId },
      removal.matchRowIds,
      times,
    );
    const rows = cells
      .map((row, i) => ({
        row,
        keys: oneDatabase ? (keys[i] ?? []) : withoutId(row, keys[i] ?? []),
      }))
      .filter((row) => row.keys.length > 0);
    if (rows.length === 0) {
      await answerAccountRemoval(tx, removal.id, 'clean', null, null);
      return null;
    }
    await markAccountRemovalSent(tx, removal.id, sessionId, times);
    const packed = keepKeys(
      Buffer.concat(rows.map(({ row }) => row)),
      rows.map((row) => row.keys),
    );
    return { ...encodeRows(packed, rows.length, { id: sessionId }), raised };
  });
  if (encoded === null) return null;
  const { body, rowCount, raised } = encoded;
  const answer = settled(await send({ account: adAccount, body, openByMs }), rowCount);
  const problem = answer.outcome === 'clean' ? null : answer.problem;
  const passes = problem === null || problem.class === 'retry' || problem.class === 'wait';
  const refusal = passes ? null : refusalOf(problem);
  await store.tx((tx) =>
    answerAccountRemoval(tx, removal.id, answer.outcome, refusal, {
      raised,
      settleMs: times.settleMs,
    }),
  );
  return problem;
}

/** The values of a row but its External ID, which comes first where there is one. */
function withoutId(row: Buffer, keys: readonly string[]): readonly string[] {
  return keys.slice(row.readUInt8(0) & 1);
}
