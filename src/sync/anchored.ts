import type { Anchored } from '#schedules/next-run.ts';
import type { Schedule } from '#schedules/schedule.ts';
import type { AudienceSchedule } from '#store/audience-schedules.ts';

/** A stored schedule as what moments are worked out from; without *Activated on* it counts from now. */
export function anchoredOf(stored: AudienceSchedule): { schedule: Schedule; anchored: Anchored } {
  const schedule = stored.schedule as Schedule;
  const period = { from: stored.runsFrom, until: stored.runsUntil };
  return { schedule, anchored: { schedule, period, anchor: stored.activatedAt ?? stored.now } };
}
