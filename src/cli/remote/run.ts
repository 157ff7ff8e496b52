import type { RunRecord } from '#store/run-history.ts';
import type { Server } from './server.ts';
import { withMoments } from './moments.ts';

export const runMoments = [
  ...['queuedAt', 'startedAt', 'finishedAt', 'dueAt', 'expectedFinishAt'],
] as const;

/** A run as the API gives it. */
export type SentRun = NonNullable<Awaited<ReturnType<typeof runNumbered>>['data']>;

export function runNumbered(server: Server, runId: string) {
  return server.GET('/runs/{runId}', { params: { path: { runId } } });
}

/** A run as commands know it. */
export function runOf({ id: runId, ...rest }: SentRun): RunRecord {
  return withMoments<RunRecord>({ runId, ...rest }, runMoments);
}
