import type { ConnectionHealth } from '#connections/health.ts';
import type { StateAtMeta } from '#insights/state-at-meta.ts';
import type { Drift } from '#store/drift.ts';
import type { Leaving } from '#store/opt-outs.ts';
import type { AudienceOverview } from '#store/overview.ts';

/** One thing that somebody should look at or do. */
export interface Need {
  readonly kind:
    | 'held removals'
    | 'approval'
    | 'failed run'
    | 'connection'
    | 'open opt-outs'
    | 'overdue erasures'
    | 'drift'
    | 'meta says';
  /** `act`: something stands still until somebody does something. */
  readonly severity: 'act' | 'look';
  readonly audienceId: string | null;
  readonly audience: string | null;
  readonly runId: string | null;
  readonly connection: string | null;
  readonly code: string | null;
  readonly message: string;
  readonly next: string | null;
  /** An address at Meta that helps. */
  readonly link: string | null;
}

/** All about what somebody may see. */
export interface Known {
  readonly audiences: readonly AudienceOverview[];
  readonly connections: readonly ConnectionHealth[];
  readonly states: ReadonlyMap<string, StateAtMeta>;
  readonly optOuts: readonly Leaving[];
  readonly drifts: readonly Drift[];
  readonly erasuresOverdue: number;
}

const nothing = {
  ...{ audienceId: null, audience: null, runId: null, connection: null },
  ...{ code: null, next: null, link: null },
};

/** What needs somebody: first what stands still, and in it what keeps people at Meta who said no. */
export function needsOf(known: Known): Need[] {
  const needs = [
    ...known.optOuts.flatMap((leaving) => optOutNeed(leaving, known.audiences)),
    ...erasureNeeds(known.erasuresOverdue),
    ...known.connections.flatMap(connectionNeed),
    ...known.audiences.flatMap(heldNeed),
    ...known.audiences.flatMap(failedNeed),
    ...known.drifts.flatMap((drift) => driftNeed(drift, known.audiences)),
    ...known.audiences.flatMap((audience) => metaNeed(audience, known.states.get(audience.name))),
  ];
  return needs.toSorted((a, b) => Number(a.severity === 'look') - Number(b.severity === 'look'));
}

function optOutNeed(leaving: Leaving, audiences: readonly AudienceOverview[]): Need[] {
  const { state, rows, refusal } = leaving;
  if (state !== 'refused' && state !== 'given up') return [];
  const words = rows === 1 ? 'One opt-out has' : `${rows} opt-outs have`;
  return [
    {
      ...{ ...nothing, ...named(leaving.audience, audiences) },
      ...{ kind: 'open opt-outs', severity: 'act' },
      message: `${words} not been taken by Meta${refusal === null ? '' : `: ${refusal}`}`,
      next: 'Mend what Meta objects to, or delete the Meta audience: then nobody is left in it.',
    },
  ];
}

function erasureNeeds(overdue: number): Need[] {
  if (overdue === 0) return [];
  const words = overdue === 1 ? 'One erasure has' : `${overdue} erasures have`;
  return [
    {
      ...nothing,
      ...{ kind: 'overdue erasures', severity: 'act' },
      message: `${words} not been acknowledged by Meta for 25 days; at 30 they end.`,
      next: 'Look at the connection of the ad account: Meta has to answer.',
    },
  ];
}

function connectionNeed(health: ConnectionHealth): Need[] {
  const { name, state, words, next, link } = health;
  if (state === 'ok') return [];
  const severity = state === 'ends soon' ? 'look' : 'act';
  return [
    { ...nothing, kind: 'connection', severity, connection: name, message: words, next, link },
  ];
}

function heldNeed(audience: AudienceOverview): Need[] {
  const { id, name, heldRunId, heldBecause, heldForApproval } = audience;
  if (heldRunId === null) return [];
  if (heldForApproval) {
    return [
      {
        ...{ ...nothing, audienceId: id, audience: name, runId: heldRunId },
        ...{ kind: 'approval', severity: 'act' },
        message: `A second person is asked: ${heldBecause.join('; ')}`,
        next: 'Somebody who did not ask for it looks at the run and says yes or no.',
      },
    ];
  }
  return [
    {
      ...{ ...nothing, audienceId: id, audience: name, runId: heldRunId },
      ...{ kind: 'held removals', severity: 'act' },
      message: `Removals wait: ${heldBecause.join('; ')}`,
      next: 'Look at the plan and release them, or mend the source; additions go on meanwhile.',
    },
  ];
}

function failedNeed({ id, name, lastRun }: AudienceOverview): Need[] {
  if (lastRun?.state !== 'failed') return [];
  const { code = null, message = 'The last run failed', next = null } = lastRun.error ?? {};
  return [
    {
      ...{ ...nothing, audienceId: id, audience: name, runId: lastRun.runId },
      ...{ kind: 'failed run', severity: 'act', code, message, next },
    },
  ];
}

function driftNeed({ audience, people }: Drift, audiences: readonly AudienceOverview[]): Need[] {
  return [
    {
      ...{ ...nothing, ...named(audience, audiences) },
      ...{ kind: 'drift', severity: 'look' },
      message: `The daily comparison found ${people} people who were not as they should be at Meta; the next run puts them right.`,
      next: 'It must find none: please report it.',
    },
  ];
}

function metaNeed({ id, name }: AudienceOverview, state: StateAtMeta | undefined): Need[] {
  const [message] = state?.warnings ?? [];
  if (message === undefined) return [];
  return [
    { ...nothing, kind: 'meta says', severity: 'look', audienceId: id, audience: name, message },
  ];
}

function named(name: string, audiences: readonly AudienceOverview[]) {
  return { audience: name, audienceId: audiences.find((one) => one.name === name)?.id ?? null };
}
