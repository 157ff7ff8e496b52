import { type Asker, noteAsker } from './approvals.ts';
import type { Db, Tx } from './db.ts';
import { requestRun } from './run-queue.ts';

/**
 * Everything that counts as being at Meta is to be said once more: whatever happened there counts
 * as a removal that may have taken place until now. Done once for a run, however often it is taken.
 */
export async function sayAllAgain(tx: Tx, runId: number, linkId: number): Promise<void> {
  const wished = await tx.query(
    'update run set replay = false where id = $1 and replay returning id',
    [runId],
  );
  if (wished.length === 0) return;
  await tx.query(
    `update ledger l set remove_until = greatest(l.remove_until, t.now)
     from operation o, (select muster_now() as now) t
     where l.link_id = $1 and o.id = l.op_id and o.kind = 'add' and o.outcome = 'clean'`,
    [linkId],
  );
  await tx.query('update link set compare_all = true where id = $1', [linkId]);
}

/** Which audiences; null: whichever. */
export interface ReplayScope {
  readonly databaseId: number | null;
  readonly integrationId: number | null;
}

/** An audience whose members are sent again, by the run that does it. */
export interface AskedReplay {
  readonly audienceId: number;
  readonly audience: string;
  readonly runId: number;
  /** Under way: it was asked for before, and that one counts. */
  readonly state: 'queued' | 'under way';
}

/** Audiences that Meta has something of, with the run that sends all of it again where one is active. */
const replayable = `audience a
  left join run r on r.audience_id = a.id and r.state in ('queued', 'running', 'waiting')
    and 'replay' = any(r.joined || r.trigger)
  where a.activated_at is not null and a.state <> 'deactivated' and a.emptying_at is null
    and ($1::integer is null or a.database_id = $1)
    and ($2::integer is null or a.integration_id = $2)`;

export async function countReplayable(db: Db, scope: ReplayScope): Promise<number> {
  const [found] = await db.query<{ count: number }>(`select count(*) as count from ${replayable}`, [
    scope.databaseId,
    scope.integrationId,
  ]);
  return found?.count ?? 0;
}

/** Keeps two who ask at the same moment from sending everything twice. */
const REPLAY_LOCK = 7_278_331;

/**
 * Asks for a run that sends every member again, of each audience that has none of that kind under way.
 * `asker` is who a second person is asked besides, where there are limits.
 */
export async function requestReplays(
  tx: Tx,
  scope: ReplayScope,
  asker: Asker,
): Promise<AskedReplay[]> {
  await tx.query('select pg_advisory_xact_lock($1, 0)', [REPLAY_LOCK]);
  const audiences = await tx.query<{ id: number; name: string; runId: number | null }>(
    `select a.id, a.name, r.id as "runId" from ${replayable} order by a.id`,
    [scope.databaseId, scope.integrationId],
  );
  const asked: AskedReplay[] = [];
  for (const { id: audienceId, name: audience, runId } of audiences) {
    if (runId !== null) {
      asked.push({ audienceId, audience, runId, state: 'under way' });
      continue;
    }
    await noteAsker(tx, audienceId, asker);
    const run = await requestRun(tx, { audienceId, trigger: 'replay', replay: true });
    asked.push({ audienceId, audience, runId: run.runId, state: 'queued' });
  }
  return asked;
}
