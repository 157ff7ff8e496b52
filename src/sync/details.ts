import { type StateAtMeta, statesAtMeta } from '#insights/state-at-meta.ts';
import { type Audience, type AudienceState, findAudience } from '#store/audiences.ts';
import { type AudienceSchedule, readSchedule } from '#store/audience-schedules.ts';
import type { Db } from '#store/db.ts';
import { activeLink } from '#store/links.ts';
import { listRuns, type RunProgress, type RunRecord } from '#store/run-history.ts';
import { type Pace, readPace } from '#store/pace.ts';
import { readTimeline, type Timeline } from '#store/timeline.ts';
import type { Muster } from './muster.ts';

/** The details of an audience's synchronisation, as --json prints them (features.md V-07, Q-21). */
export interface SyncDetails {
  readonly audience: string;
  /** They open when the audience is up to date or in error. */
  readonly available: boolean;
  /** Why they do not open, in a sentence; null when they do. */
  readonly reason: string | null;
  readonly state: AudienceState;
  readonly nextRunAt: Date | null;
  readonly members: number;
  readonly membersChangedAt: Date | null;
  readonly synchronizedOn: Date | null;
  /** The last run that ended, or null. */
  readonly last: RunRecord | null;
  /** The run that is queued, under way or waiting. */
  readonly active: RunRecord | null;
  /** What a first load will take, before it has begun. */
  readonly expected: Expected | null;
  readonly timeline: Timeline | null;
  readonly atMeta: StateAtMeta | null;
  /** Meta takes up to a day to match what was sent; null when that is over. */
  readonly matchingUntil: Date | null;
}

interface Expected {
  readonly people: number;
  readonly seconds: number;
  /** What the guess rests on. */
  readonly basis: string;
}

const MATCHING_MS = 24 * 3_600_000;

export async function readDetails({ store }: Muster, name: string): Promise<SyncDetails> {
  const audience = await findAudience(store, name);
  const schedule = await readSchedule(store, audience.id);
  const link = await activeLink(store, audience.id);
  const scope = { audienceId: audience.id, activeOnly: false, limit: 20 };
  const runs = await listRuns(store, scope);
  const active = runs.find(({ finishedAt, state }) => finishedAt === null && state !== 'held');
  const last = runs.find(({ finishedAt }) => finishedAt !== null) ?? null;
  const available = audience.state === 'up to date' || audience.state === 'error';
  const sentAt = runs.find(({ requests }) => requests > 0)?.startedAt ?? null;
  return {
    audience: name,
    available,
    reason: available ? null : reasonOf(audience, schedule, active ?? null),
    state: audience.state,
    nextRunAt: audience.nextRunAt,
    members: audience.memberCount,
    membersChangedAt: audience.membersChangedAt,
    synchronizedOn: audience.synchronizedAt,
    last,
    active: active ?? null,
    expected: await expectedOf(store, audience, last === null || link?.compareAll === true),
    timeline:
      link === null
        ? null
        : await readTimeline(store, {
            ...{ audienceId: audience.id, databaseId: audience.databaseId, linkId: link.id },
          }),
    atMeta: (await statesAtMeta(store, [audience.id])).get(name) ?? null,
    matchingUntil: matchingUntil(sentAt, schedule.now),
  };
}

function matchingUntil(sentAt: Date | null, now: Date): Date | null {
  if (sentAt === null) return null;
  const until = new Date(sentAt.getTime() + MATCHING_MS);
  return until > now ? until : null;
}

async function expectedOf(
  db: Db,
  audience: Audience,
  isFirst: boolean,
): Promise<SyncDetails['expected']> {
  if (!isFirst || audience.memberCount === 0) return null;
  const pace: Pace = await readPace(db, audience.integrationId);
  return {
    people: audience.memberCount,
    seconds: Math.ceil(audience.memberCount / pace.rowsPerSecond),
    basis: pace.basis,
  };
}

function reasonOf(
  audience: Audience,
  schedule: AudienceSchedule,
  active: RunRecord | null,
): string {
  if (audience.state === 'deactivated') {
    return 'It is deactivated: nothing is sent but opt-outs. `muster audience activate` starts it again.';
  }
  if (audience.emptying) return 'Its people are being removed; then it is deactivated.';
  if (audience.activatedAt === null) return 'It was never activated, so nothing was ever sent.';
  if (schedule.pausedAt !== null) return `It is paused since ${iso(schedule.pausedAt)}.`;
  if (!schedule.enabled) return 'Its integration is disabled.';
  if (schedule.runsFrom !== null && schedule.now < schedule.runsFrom) {
    return `Its running period begins on ${iso(schedule.runsFrom)}.`;
  }
  if (schedule.runsUntil !== null && schedule.now >= schedule.runsUntil) {
    return `Its running period ended on ${iso(schedule.runsUntil)}.`;
  }
  if (active !== null) return activeReason(active);
  const next =
    audience.nextRunAt === null
      ? 'nothing is planned: `muster sync` sends'
      : `the next run is on ${iso(audience.nextRunAt)}`;
  if (audience.membersChangedAt === null) return `It has never run; ${next}.`;
  return `Members have changed since it was synchronised, last on ${iso(audience.membersChangedAt)}; ${next}.`;
}

const waitingWords: Readonly<Record<string, string>> = {
  window: 'until what was sent before can no longer take effect',
  quota: "for Meta's limits",
  network: 'for a connection',
  paused: 'while it is paused',
  turn: 'while others have their turn',
};

function activeReason({ state, dueAt, waitingFor, progress }: RunRecord): string {
  const until = dueAt === null ? '' : `, and goes on at ${iso(dueAt)}`;
  if (state === 'waiting') {
    return `A run waits ${waitingWords[waitingFor ?? ''] ?? ''}${until}.`;
  }
  if (state === 'queued') return 'A run is queued.';
  return progress === null ? 'A run is under way.' : `A run is under way: ${shareOf(progress)}.`;
}

function shareOf({ rowsDone, rowsTotal, expectedFinishAt }: RunProgress): string {
  const finish = expectedFinishAt === null ? '' : `, done about ${iso(expectedFinishAt)}`;
  return `${rowsDone} of ${rowsTotal} rows${finish}`;
}

function iso(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
