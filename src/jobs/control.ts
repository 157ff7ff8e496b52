import { MusterError } from '#domain/errors/muster-error.ts';
import { isWithin, nextRunAfter } from '#schedules/next-run.ts';
import type { Schedule } from '#schedules/schedule.ts';
import { findAudience, forgetWhoBelongs } from '#store/audiences.ts';
import {
  type AudienceSchedule,
  readSchedule,
  setNextRun,
  setPaused,
  storeSchedule,
} from '#store/audience-schedules.ts';
import type { Db } from '#store/db.ts';
import { cancelRun, requestRun } from '#store/run-queue.ts';
import { isSweepOff, setSweep } from '#store/sweep.ts';
import { anchoredOf } from '#sync/anchored.ts';
import type { Muster } from '#sync/muster.ts';

/** When an audience runs, as --json prints it. */
export interface ScheduleReport {
  readonly audience: string;
  readonly schedule: Schedule;
  readonly runsFrom: string | null;
  readonly runsUntil: string | null;
  readonly zone: string | null;
  readonly activatedAt: string | null;
  readonly nextRunAt: string | null;
  readonly paused: boolean;
}

export interface ScheduleWish {
  readonly schedule?: Schedule;
  /** Null: always. */
  readonly period?: { from: Date | null; until: Date | null; zone: string } | null;
}

export async function showSchedule({ store }: Muster, name: string): Promise<ScheduleReport> {
  return reportOf(await readSchedule(store, (await findAudience(store, name)).id));
}

/**
 * Changes when an audience runs. Its moments still count from *Activated on*. A new start, or a new
 * zone, of the running period sends every member again when it comes.
 */
export async function changeSchedule(
  { store }: Muster,
  name: string,
  wish: ScheduleWish,
): Promise<ScheduleReport> {
  const { id: audienceId } = await findAudience(store, name);
  return await store.tx(async (tx) => {
    const before = await readSchedule(tx, audienceId);
    const schedule = wish.schedule ?? (before.schedule as Schedule);
    const period = wish.period === undefined ? periodOf(before) : wish.period;
    const after = { ...before, schedule, ...columnsOf(period) };
    const nextRunAt = mayRun(before) ? nextOf(after) : null;
    await storeSchedule(tx, audienceId, { ...after, nextRunAt, replayAt: replayOf(before, after) });
    if (mayRun(before)) await runNow(tx, before, after);
    return reportOf({ ...after, nextRunAt });
  });
}

function mayRun({ activatedAt, deactivated, emptying }: AudienceSchedule): boolean {
  return activatedAt !== null && !deactivated && !emptying;
}

function periodOf({ runsFrom, runsUntil, periodZone }: AudienceSchedule): ScheduleWish['period'] {
  if (runsFrom === null && runsUntil === null) return null;
  return { from: runsFrom, until: runsUntil, zone: periodZone ?? 'UTC' };
}

function columnsOf(period: ScheduleWish['period']) {
  return {
    runsFrom: period?.from ?? null,
    runsUntil: period?.until ?? null,
    periodZone: period?.zone ?? null,
  };
}

function nextOf(stored: AudienceSchedule): Date | null {
  return nextRunAfter(anchoredOf(stored).anchored, stored.now);
}

/** features.md S-11: a changed start, or zone, sends everybody again. */
function replayOf(before: AudienceSchedule, after: AudienceSchedule): Date | null {
  if (after.runsFrom === null) return null;
  const same =
    before.runsFrom?.getTime() === after.runsFrom.getTime() &&
    before.periodZone === after.periodZone;
  return same ? null : after.runsFrom;
}

/** The first run of an interval is now, and so is that of a period that has begun already. */
async function runNow(db: Db, before: AudienceSchedule, after: AudienceSchedule): Promise<void> {
  const { audienceId, now } = after;
  const schedule = after.schedule as Schedule;
  if (!isWithin({ from: after.runsFrom, until: after.runsUntil }, now)) return;
  const isNewInterval =
    schedule.kind === 'interval' && JSON.stringify(schedule) !== JSON.stringify(before.schedule);
  const replays = replayOf(before, after) !== null;
  if (replays) await setNextRun(db, audienceId, now);
  else if (isNewInterval) await requestRun(db, { audienceId, trigger: 'schedule' });
}

function reportOf(stored: AudienceSchedule): ScheduleReport {
  return {
    audience: stored.name,
    schedule: stored.schedule as Schedule,
    runsFrom: stored.runsFrom?.toISOString() ?? null,
    runsUntil: stored.runsUntil?.toISOString() ?? null,
    zone: stored.periodZone,
    activatedAt: stored.activatedAt?.toISOString() ?? null,
    nextRunAt: stored.nextRunAt?.toISOString() ?? null,
    paused: stored.pausedAt !== null,
  };
}

/**
 * Stops an audience, or lets it go on. What runs stops after the request that is under way, what
 * waits is kept, and the planned runs that were missed are one when it goes on.
 */
export async function pauseAudience(
  muster: Muster,
  name: string,
  paused: boolean,
): Promise<ScheduleReport & { changed: boolean }> {
  const { id } = await findAudience(muster.store, name);
  const changed = await setPaused(muster.store, id, paused);
  return { ...(await showSchedule(muster, name)), changed };
}

/** Whether rows told long ago are said again for an audience; `on` undefined: only shows it. */
export async function switchSweep(
  { store }: Muster,
  name: string,
  on?: boolean,
): Promise<{ audience: string; sweep: 'on' | 'off'; changed: boolean }> {
  const { id } = await findAudience(store, name);
  const changed = on !== undefined && (await setSweep(store, id, on));
  return { audience: name, sweep: (await isSweepOff(store, id)) ? 'off' : 'on', changed };
}

export interface CancelReport {
  readonly audience: string;
  readonly runId: string;
  /** Cancelling: it stops after the request that is under way. */
  readonly state: 'cancelled' | 'cancelling';
  readonly reason: string | null;
}

/**
 * Ends the active run of an audience. What was sent stays sent and is not sent again.
 * @throws MusterError RUN_NONE
 */
export async function cancelActiveRun(
  { store }: Muster,
  name: string,
  wish: { by: string; reason: string | null },
): Promise<CancelReport> {
  const { id } = await findAudience(store, name);
  const cancelled = await cancelRun(store, id, wish);
  if (cancelled === null) throw new MusterError('RUN_NONE', `“${name}”`);
  const { runId, state } = cancelled;
  return { audience: name, runId: String(runId), state, reason: wish.reason };
}

export interface ReplayReport {
  readonly audience: string;
  readonly runId: string;
  readonly state: 'queued';
}

/**
 * Queues a run that sends every member again. A reset forgets besides what was known of who belongs,
 * so everybody is looked at anew.
 */
export async function replayAudience(
  { store }: Muster,
  name: string,
  kind: 'replay' | 'reset',
): Promise<ReplayReport> {
  const { id: audienceId, state } = await findAudience(store, name);
  if (state === 'deactivated') throw new MusterError('AUDIENCE_DEACTIVATED', `“${name}”`);
  const { runId } = await store.tx(async (tx) => {
    if (kind === 'reset') await forgetWhoBelongs(tx, audienceId);
    return await requestRun(tx, { audienceId, trigger: kind, replay: true });
  });
  return { audience: name, runId: String(runId), state: 'queued' };
}
