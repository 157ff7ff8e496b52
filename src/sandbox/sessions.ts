import { audienceErrors } from './audience-errors.ts';
import { sessionMs } from './audience-state.ts';
import { graphErrors } from './graph-error.ts';
import { isRecord } from './graph-request.ts';
import type { WirePage, WireSessionState } from '#meta/wire.ts';
import type { Simulation } from './simulation.ts';

/** What one request says of the upload it belongs to. */
export interface SessionPart {
  /** A positive 64-bit number, as text. */
  readonly id: string;
  readonly batchSeq: number;
  readonly isLast: boolean;
}

/** What a session has taken so far, this request included. */
export interface SessionTotals {
  readonly id: string;
  readonly received: number;
  readonly invalid: number;
}

const idMax = 2n ** 63n - 1n;

/** Reads the `session` parameter; null where it was left out. */
export function readSessionPart(session: unknown): SessionPart | null {
  if (session === undefined || session === null || session === '') return null;
  if (!isRecord(session)) throw graphErrors.badParameter('Param session must be an object');
  const given = session['session_id'];
  const id = typeof given === 'string' || typeof given === 'number' ? String(given) : '';
  const batchSeq = Number(session['batch_seq'] ?? 1);
  if (!/^\d{1,19}$/.test(id) || BigInt(id) === 0n || BigInt(id) > idMax) {
    throw graphErrors.badParameter('Param session[session_id] must be a positive 64-bit integer');
  }
  if (!Number.isSafeInteger(batchSeq) || batchSeq < 1) {
    throw graphErrors.badParameter('Param session[batch_seq] must be a positive integer');
  }
  const isLast = ['true', '1'].includes(String(session['last_batch_flag']));
  return { id, batchSeq, isLast };
}

/** What a request brings into its session. */
interface SessionShare {
  readonly received: number;
  readonly invalid: number;
  readonly schema: readonly string[];
}

/**
 * Counts this request to its session, or refuses it. Ids are unique in an ad account, and so are the
 * columns in a session; it takes nothing behind its last batch and ends by itself after 90 minutes.
 */
export function enterSession(
  simulation: Simulation,
  place: { account: string; target: string; kind: string },
  part: SessionPart,
  share: SessionShare,
): SessionTotals {
  const { state, clock, settings } = simulation;
  const now = clock();
  const { account, target, kind } = place;
  const held = findSession(simulation, account, part.id);
  const finishedAt = part.isLast ? now : null;
  const schema = share.schema.join();
  if (held === undefined) {
    if (part.batchSeq !== 1) throw audienceErrors.membershipRefused(1_870_147);
    state.sql.run`
      insert into session
        (account, id, target, kind, started_at, finished_at, last_seq, received, invalid, schema)
      values (${account}, ${part.id}, ${target}, ${kind}, ${now}, ${finishedAt}, 1,
        ${share.received}, ${share.invalid}, ${schema})`;
    return { id: part.id, received: share.received, invalid: share.invalid };
  }
  if (held['target'] !== target || held['kind'] !== kind) {
    throw graphErrors.badParameter(
      'Param session[session_id] was used for another upload in this ad account',
    );
  }
  if (settings().refusesFinishedSessions || kind === 'replace') {
    if (held['finished_at'] !== null) throw audienceErrors.membershipRefused(1_870_159);
    if (now >= Number(held['started_at']) + sessionMs) {
      throw audienceErrors.membershipRefused(1_870_158);
    }
  }
  if (held['schema'] !== null && held['schema'] !== schema) throw graphErrors.dataMismatch();
  const received = Number(held['received']) + share.received;
  const invalid = Number(held['invalid']) + share.invalid;
  state.sql.run`
    update session set received = ${received}, invalid = ${invalid},
      last_seq = max(last_seq, ${part.batchSeq}), finished_at = coalesce(finished_at, ${finishedAt})
    where account = ${account} and id = ${part.id}`;
  return { id: part.id, received, invalid };
}

/** Forgets a session, so that it can begin anew. */
export function dropSession({ state: { sql } }: Simulation, account: string, id: string): void {
  sql.run`delete from session where account = ${account} and id = ${id}`;
}

function findSession(
  { state: { sql } }: Simulation,
  account: string,
  id: string,
): Record<string, unknown> | undefined {
  return sql.get`select * from session where account = ${account} and id = ${id}`;
}

/** GET /{audience}/sessions. Every value is text, as recorded 2025-09-08 (java-business-sdk #492). */
export function listSessions(
  { state: { sql }, clock, settings }: Simulation,
  audience: { id: string; account: string },
  sessionId: string | null,
): WirePage<WireSessionState> {
  const now = clock();
  const { processingMs, sessionStages } = settings();
  const rows = sql.all`
    select * from session
    where account = ${audience.account} and target = ${audience.id}
      and (${sessionId} is null or id = ${sessionId})
    order by started_at desc`;
  return {
    data: rows.map((row) => {
      const startedAt = Number(row['started_at']);
      const endedAt =
        row['finished_at'] === null ? startedAt + sessionMs : Number(row['finished_at']);
      // Seen (java-business-sdk #492): a session that was at "uploading" for ever.
      const isStuck = sessionStages === 'uploading';
      const isOver = !isStuck && now >= endedAt + processingMs;
      return {
        session_id: String(row['id']),
        start_time: String(Math.floor(startedAt / 1000)),
        end_time: isOver ? String(Math.floor(endedAt / 1000)) : '0',
        num_received: String(row['received']),
        num_matched: '-1',
        num_invalid_entries: String(row['invalid']),
        progress: isOver ? '100' : '0',
        stage: isOver ? 'finished' : isStuck || now < endedAt ? 'uploading' : 'matching',
      };
    }),
  };
}
