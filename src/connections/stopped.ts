import { catalogue, type ErrorCode } from '#domain/errors/catalogue.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { MetaClient } from '#meta/client.ts';
import { type Problem, problemError } from '#meta/problems.ts';
import type { Integration } from '#store/connections.ts';
import type { Db } from '#store/db.ts';
import {
  claimTrial,
  clearStop,
  recordStop,
  type StopReason,
  type Stoppable,
} from '#store/stops.ts';
import { refuseUnusable } from './usable.ts';

/** Meta's word for abuse: going on prolongs it, and nobody can tell from here when it is over. */
const BLOCKED_CODE = 368;
const BLOCKED_MS = 6 * 3_600_000;

/**
 * Writes down that nothing more goes through a connection, or to one ad account, until somebody
 * acted. Only what Meta itself said counts: a broken proxy is no reason to stop anything. What is wrong
 * with another account, that a single audience goes to, is told by that audience's runs alone.
 */
export async function noteStop(
  db: Db,
  integration: Pick<Integration, 'id' | 'connectionId' | 'adAccount'>,
  problem: Problem,
  account: string | null,
): Promise<void> {
  const { adAccount } = integration;
  if (problem.code === null) return;
  if (problem.class === 'stop connection') {
    await recordStop(db, 'connection', integration.connectionId, reasonOf(problem));
  }
  if (problem.class === 'stop account' && (account ?? adAccount) === adAccount) {
    await recordStop(db, 'integration', integration.id, reasonOf(problem));
  }
}

function reasonOf(problem: Problem): StopReason {
  const { code, measured } = problemError(problem);
  return {
    code,
    words: measured,
    link: problem.link,
    metaCode: problem.code,
    metaSubcode: problem.subcode,
  };
}

/**
 * Lets through what is not stopped. What is, begins with one harmless question: whether the token is
 * accepted again, whether the ad account may be used. So it goes on by itself once it can, and nothing
 * of what waits is sent before.
 * @throws MusterError the reason of a stop that still holds
 */
export async function tryStopped(
  db: Db,
  integration: Integration,
  meta: MetaClient,
): Promise<void> {
  const { id, connectionId, adAccount, stoppedFor, connectionStoppedFor } = integration;
  if (connectionStoppedFor !== null) {
    await refuseUntilDue(db, 'connection', connectionId, connectionStoppedFor);
    const answer = await meta.me();
    if (answer.outcome !== 'clean') throw problemError(answer.problem);
    await clearStop(db, 'connection', connectionId);
  }
  if (stoppedFor !== null) {
    await refuseUntilDue(db, 'integration', id, stoppedFor);
    const answer = await meta.adAccount(adAccount);
    if (answer.outcome !== 'clean') throw problemError(answer.problem);
    refuseUnusable(answer.body);
    await clearStop(db, 'integration', id);
  }
}

async function refuseUntilDue(
  db: Db,
  what: Stoppable,
  id: number,
  reason: StopReason,
): Promise<void> {
  const everyMs = reason.metaCode === BLOCKED_CODE ? BLOCKED_MS : 0;
  if (!(await claimTrial(db, what, id, everyMs))) throw stopError(reason);
}

/** A stop as the error it began with. */
function stopError({ code, words, link }: StopReason): MusterError {
  const known = code as ErrorCode;
  const next = link === null ? {} : { next: `${catalogue[known].next} See ${link}` };
  return new MusterError(known, words, next);
}
