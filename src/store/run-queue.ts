import { type Db, one, type Store, type Tx } from './db.ts';
import { maySend } from './audience-schedules.ts';
import type { RunState } from './runs.ts';

/** Who or what asks for a run. */
export type Trigger =
  | 'manual'
  | 'demo'
  | 'schedule'
  | 'change'
  | 'apply'
  | 'release'
  | 'replace'
  | 'replay'
  | 'relink'
  | 'deactivate'
  | 'reset';

/** Why a run waits: until a request can no longer land, for Meta's limits, for a network that answers. */
export type WaitingFor = 'window' | 'quota' | 'network' | 'paused' | 'turn';

/** Namespace of the advisory locks that show which takings are alive: they die with their process. */
const LEASE_LOCK = 7_278_313;

/** How long a process may be silent before its run is another's. */
export const LEASE_MS = 30_000;

const active = `state in ('queued', 'running', 'waiting')`;

/** A taking whose process has died or has been silent for too long. */
const deserted = `(r.lease_until is null or r.lease_until < muster_now() or not exists (
  select 1 from pg_locks k where k.locktype = 'advisory' and k.objsubid = 2 and k.granted
    and k.database = (select oid from pg_database where datname = current_database())
    and k.classid = ${LEASE_LOCK}::oid and k.objid = r.fence::oid))`;

/**
 * Asks for a run of an audience. One that is active already is joined: queued or waiting for a window
 * it comes sooner; running, it is followed by another if it has looked who belongs before.
 * @returns when it was asked for, by the database's clock, and the run.
 */
export async function requestRun(
  db: Db,
  wish: { audienceId: number; trigger: Trigger; dueInMs?: number; replay?: boolean },
): Promise<{ runId: number; askedAt: string }> {
  return await one<{ runId: number; askedAt: string }>(
    db,
    `insert into run as r (audience_id, trigger, state, queued_at, due_at, requested_at, started_at, replay)
     select $1, $2, 'queued', t.now, t.now + make_interval(secs => $3), t.now, t.now, $4
     from (select muster_now() as now) t
     on conflict (audience_id) where ${active} do update set
       requested_at = excluded.requested_at,
       joined = case when excluded.trigger = any(r.joined || r.trigger) then r.joined
         else r.joined || excluded.trigger end,
       replay = r.replay or excluded.replay,
       -- Nobody gets around Meta's limits by asking again; a person may try whether the network is back.
       due_at = case
         when r.state = 'running' or r.waiting_for = 'quota' then r.due_at
         when r.waiting_for = 'network' and excluded.trigger in ('schedule', 'change') then r.due_at
         else least(r.due_at, excluded.due_at) end
     returning r.id as "runId", r.requested_at::text as "askedAt"`,
    [wish.audienceId, wish.trigger, (wish.dueInMs ?? 0) / 1000, wish.replay ?? false],
  );
}

export interface ClaimWish {
  /** This audience's run and no other, whether or not it is due. */
  readonly audienceId?: number;
  /** Leave what may take long to others. */
  readonly shortOnly?: boolean;
}

/** A run that this process has taken. Everything it writes about it carries the fence. */
export interface ClaimedRun {
  readonly id: number;
  readonly audienceId: number;
  readonly audience: string;
  readonly trigger: Trigger;
  readonly fence: number;
  /** How often it was taken, this time included. */
  readonly attempts: number;
  readonly replay: boolean;
}

/**
 * Takes the run whose turn it is and holds it while `work` goes on; null when there is none. Fair: the
 * ad account with the fewest runs under way first, of these the one served longest ago, then the
 * run that is due longest. Runs of dead processes are taken over as they stand.
 */
export async function withClaimedRun<T>(
  store: Store,
  wish: ClaimWish,
  work: (run: ClaimedRun) => Promise<T>,
): Promise<T | null> {
  // A look that costs nothing, before a connection and a number are taken.
  const [candidate] = await store.query(claimable, claimParams(wish));
  if (candidate === undefined) return null;
  return await withFence(store, async (fence) => {
    const run = await store.tx((tx) => take(tx, wish, fence));
    return run === null ? null : await work(run);
  });
}

/**
 * A run that begins now and belongs to nobody else; one that waited is put off for it.
 * @returns null when somebody works on another one.
 */
export async function withOwnRun<T>(
  store: Store,
  wish: { audienceId: number; trigger: Trigger },
  work: (run: ClaimedRun, putOff: boolean) => Promise<T>,
): Promise<T | null> {
  return await withFence(store, async (fence) => {
    const began = await store.tx(async (tx) => {
      const way = await clearWay(tx, wish.audienceId);
      if (way === 'busy') return null;
      await requestRun(tx, wish);
      const run = await take(tx, { audienceId: wish.audienceId }, fence);
      return run === null ? null : { run, putOff: way === 'put off' };
    });
    return began === null ? null : await work(began.run, began.putOff);
  });
}

/** A number under which a run is taken, with the lock that shows that its taker lives. */
async function withFence<T>(store: Store, work: (fence: number) => Promise<T>): Promise<T> {
  return await store.session(async (session) => {
    const { fence } = await one<{ fence: number }>(
      session,
      `select f.fence, pg_advisory_lock(${LEASE_LOCK}, f.fence)::text as held
       from (select nextval('run_fence')::integer as fence offset 0) f`,
    );
    try {
      return await work(fence);
    } finally {
      await session.query('select pg_advisory_unlock($1, $2)', [LEASE_LOCK, fence]).catch(() => {});
    }
  });
}

function claimParams(wish: ClaimWish): unknown[] {
  return [wish.audienceId ?? null, wish.shortOnly ?? false];
}

/** The run whose turn it is. $1 an audience or null, $2 whether to leave what may take long. */
const claimable = `select r.id, a.integration_id as "integrationId" from run r
  join audience a on a.id = r.audience_id
  left join integration i on i.id = a.integration_id
  left join link l on l.audience_id = a.id and l.ended_at is null
  where r.${active} and ($1::integer is null or r.audience_id = $1)
    and case when r.state = 'running' then ${deserted}
      else $1::integer is not null or r.due_at <= muster_now() end
    and ${maySend}
    and (not $2::boolean or (l.id is not null and not l.compare_all and not r.replay))
  order by
    (select count(*) from run x join audience xa on xa.id = x.audience_id
     join integration xi on xi.id = xa.integration_id
     where x.state = 'running' and x.id <> r.id and xi.ad_account = i.ad_account),
    i.served_at nulls first, r.due_at, r.id
  limit 1`;

async function take(tx: Tx, wish: ClaimWish, fence: number): Promise<ClaimedRun | null> {
  const [chosen] = await tx.query<{ id: number; integrationId: number | null }>(
    `${claimable} for update of r skip locked`,
    claimParams(wish),
  );
  if (chosen === undefined) return null;
  const [run] = await tx.query<ClaimedRun>(
    `update run r set state = 'running', fence = $2, attempts = r.attempts + 1,
       lease_until = muster_now() + make_interval(secs => $3), waiting_for = null,
       looked_at = muster_now(),
       started_at = case when r.attempts = 0 then muster_now() else r.started_at end
     from audience a where r.id = $1 and a.id = r.audience_id
     returning r.id, r.audience_id as "audienceId", a.name as audience, r.trigger, r.fence,
       r.attempts, r.replay`,
    [chosen.id, fence, LEASE_MS / 1000],
  );
  await tx.query('update integration set served_at = muster_now() where id = $1', [
    chosen.integrationId,
  ]);
  return run ?? null;
}

/** What a run is told when it asks whether it may go on. */
export type LeaseNews = 'go on' | 'lost' | 'cancel' | 'pause' | 'yield';

/** Another lease's length for a run that is still ours. */
export async function renewLease(
  db: Db,
  run: Pick<ClaimedRun, 'id' | 'fence'>,
): Promise<LeaseNews> {
  const [renewed] = await db.query<{ cancel: boolean; stopped: boolean; othersWait: boolean }>(
    `update run r set lease_until = muster_now() + make_interval(secs => $3)
     from audience a left join integration i on i.id = a.integration_id
     where r.id = $1 and r.fence = $2 and r.state = 'running' and a.id = r.audience_id
     returning r.cancel_asked_at is not null as cancel,
       not (${maySend}) as stopped,
       exists (select 1 from run q join audience a on a.id = q.audience_id
         left join integration i on i.id = a.integration_id
         where q.state in ('queued', 'waiting') and q.due_at <= muster_now() and ${maySend})
         as "othersWait"`,
    [run.id, run.fence, LEASE_MS / 1000],
  );
  if (renewed === undefined) return 'lost';
  if (renewed.cancel) return 'cancel';
  if (renewed.stopped) return 'pause';
  return renewed.othersWait ? 'yield' : 'go on';
}

/**
 * True while the run is ours; nobody can take it before this transaction has ended. What another
 * process has taken over is not ours any more, whatever we were about to send.
 */
export async function holdFence(
  tx: Tx,
  run: { readonly id: number; readonly fence: number },
): Promise<boolean> {
  const held = await tx.query(
    `select 1 from run where id = $1 and fence = $2 and state = 'running' for share`,
    [run.id, run.fence],
  );
  return held.length > 0;
}

export interface RunEnding {
  readonly state: Extract<RunState, 'succeeded' | 'partial' | 'held' | 'failed' | 'cancelled'>;
  readonly counts: object;
  readonly error?: { code: string; message: string; next: string } | undefined;
  readonly heldPlanId?: number | null;
  readonly report?: object | undefined;
}

/**
 * The end of a run that is still ours. Somebody asked for it after it had looked: another is queued.
 * @returns false when it was taken over.
 */
export async function endRun(
  tx: Tx,
  run: Pick<ClaimedRun, 'id' | 'fence'>,
  end: RunEnding,
): Promise<boolean> {
  const [ended] = await tx.query<{
    audienceId: number;
    trigger: Trigger;
    replay: boolean;
    askedAgain: boolean;
  }>(
    `update run set state = $3, counts = $4, error = $5, held_plan_id = $6, report = $7,
       finished_at = muster_now(), lease_until = null
     where id = $1 and fence = $2 and state = 'running'
     returning audience_id as "audienceId", replay,
       coalesce(joined[cardinality(joined)], trigger) as trigger,
       coalesce(requested_at > looked_at, false) as "askedAgain"`,
    [
      run.id,
      run.fence,
      end.state,
      JSON.stringify(end.counts),
      end.error === undefined ? null : JSON.stringify(end.error),
      end.heldPlanId ?? null,
      end.report === undefined ? null : JSON.stringify(end.report),
    ],
  );
  if (ended?.askedAgain === true && end.state !== 'cancelled') await requestRun(tx, ended);
  return ended !== undefined;
}

export interface RunPause {
  readonly waitingFor: WaitingFor;
  readonly dueInMs: number;
  readonly counts: object;
  readonly error?: { code: string; message: string; next: string } | undefined;
  readonly report?: object | undefined;
}

/** The run gives its worker back and goes on by itself when it is due. */
export async function pauseRun(
  db: Db,
  run: Pick<ClaimedRun, 'id' | 'fence'>,
  pause: RunPause,
): Promise<boolean> {
  const paused = await db.query(
    `update run set state = 'waiting', waiting_for = $3,
       due_at = case when requested_at > looked_at and $3 not in ('quota', 'network') then muster_now()
         else muster_now() + make_interval(secs => $4) end,
       counts = $5, error = $6, report = $7, fence = null, lease_until = null
     where id = $1 and fence = $2 and state = 'running' returning id`,
    [
      run.id,
      run.fence,
      pause.waitingFor,
      pause.dueInMs / 1000,
      JSON.stringify(pause.counts),
      pause.error === undefined ? null : JSON.stringify(pause.error),
      pause.report === undefined ? null : JSON.stringify(pause.report),
    ],
  );
  return paused.length > 0;
}

/** What the run sets out to send, beside what it has sent already; for the progress of long ones. */
export async function markPlanned(
  db: Db,
  id: number,
  plan: { rows: number; requests: number },
): Promise<void> {
  await db.query(
    `update run set planned = jsonb_build_object('at', muster_now(),
       'rows', $2 + coalesce(o.rows, 0), 'requests', $3 + coalesce(o.requests, 0))
     from (select sum(row_count) as rows, count(*) as requests from operation
       where run_id = $1 and outcome = 'clean') o
     where id = $1`,
    [id, plan.rows, plan.requests],
  );
}

/** Ends what waits, asks what runs to end; null when nothing is active. */
export async function cancelRun(
  db: Db,
  audienceId: number,
  { by, reason }: { by: string; reason: string | null },
): Promise<{ runId: number; state: 'cancelled' | 'cancelling' } | null> {
  const [found] = await db.query<{ runId: number; state: 'cancelled' | 'cancelling' }>(
    `update run r set cancel_asked_at = muster_now(), cancelled_by = $2, cancel_reason = $3,
       state = case when o.alive then r.state else 'cancelled' end,
       finished_at = case when o.alive then null else muster_now() end
     from (select r.id, r.state = 'running' and not ${deserted} as alive from run r
       where r.audience_id = $1 and r.${active} for update) o
     where r.id = o.id
     returning r.id as "runId", case when o.alive then 'cancelling' else 'cancelled' end as state`,
    [audienceId, by, reason],
  );
  return found ?? null;
}

/** Puts an active run off that nobody works on, so that an exact plan can go first. */
async function clearWay(tx: Tx, audienceId: number): Promise<'free' | 'put off' | 'busy'> {
  const [run] = await tx.query<{ id: number; busy: boolean }>(
    `select r.id, r.state = 'running' and not ${deserted} as busy from run r
     where r.audience_id = $1 and r.${active} for update`,
    [audienceId],
  );
  if (run === undefined) return 'free';
  if (run.busy) return 'busy';
  await tx.query(
    `update run set state = 'cancelled', finished_at = muster_now(), fence = null,
       cancel_reason = 'a reviewed plan went first' where id = $1`,
    [run.id],
  );
  return 'put off';
}

/** Asks for a run of every active audience that goes through a connection, or one integration. */
export async function requestRunsThrough(
  db: Db,
  through: { readonly connectionId: number } | { readonly integrationId: number },
): Promise<void> {
  const [column, id] =
    'connectionId' in through
      ? ['i.connection_id', through.connectionId]
      : ['i.id', through.integrationId];
  const waiting = await db.query<{ id: number }>(
    `select a.id from audience a join integration i on i.id = a.integration_id
     where ${column} = $1 and a.activated_at is not null and a.state <> 'deactivated'
     order by a.id`,
    [id],
  );
  for (const { id: audienceId } of waiting) {
    await requestRun(db, { audienceId, trigger: 'schedule' });
  }
}
