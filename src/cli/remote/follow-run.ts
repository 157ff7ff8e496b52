import { catalogue, type ErrorCode } from '#domain/errors/catalogue.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { sleep } from '#meta/clock.ts';
import type { OnProgress } from '#sync/muster.ts';
import type { SyncReport } from '#sync/reports.ts';
import { showProgress } from '../progress.ts';
import type { Session } from '../session.ts';
import { eventsOf } from './event-stream.ts';
import { runOf, type SentRun } from './run.ts';
import { answered, everyOne, type Server, unreachable } from './server.ts';

/** What is waited for without being asked, as where the data is (contract.md, Waiting). */
const WAIT_UNASKED_MAX_MS = 30_000;
/** A proxy may cut what is open for long: a stream that ends early is opened again, so often in a row. */
const TRIES_MAX = 5;
const TRY_AGAIN_MS = 1_000;

/** A run that the server has taken on. */
interface Accepted {
  readonly runId: string;
  readonly audienceId: string;
  readonly state: string;
}

/**
 * Stays with a run until it has ended, is held, or waits longer than is waited for, and gives its report.
 * @throws MusterError with what it broke off with
 */
export async function reportOf(
  server: Server,
  session: Session,
  accepted: Accepted,
  { label, wait = false }: { readonly label: string; readonly wait?: boolean },
): Promise<SyncReport> {
  const { clock } = session.tools;
  using progress = showProgress(session.terminal.messages, () => clock.nowMs(), label);
  const goesOn = (run: SentRun) =>
    run.finishedAt === null && (run.state !== 'waiting' || wait || waitsShort(run, clock.nowMs()));
  let run = await follow(server, session, accepted.runId, { goesOn, on: progress.on });
  // It was under way already, and may have looked before we asked: then another one follows it.
  const next = accepted.state === 'running' ? await nextOf(server, accepted) : null;
  if (next !== null) run = await follow(server, session, next, { goesOn, on: progress.on });
  const params = { path: { runId: run.id } };
  const { report } = await answered(server.GET('/runs/{runId}/report', { params }));
  if (report !== null) return report;
  throw errorOf(run);
}

function waitsShort({ waitingFor, dueAt }: SentRun, nowMs: number): boolean {
  if (waitingFor !== 'window' && waitingFor !== 'turn') return false;
  return dueAt === null || Date.parse(dueAt) - nowMs < WAIT_UNASKED_MAX_MS;
}

async function nextOf(server: Server, { runId, audienceId }: Accepted): Promise<string | null> {
  const active = await everyOne((query) =>
    server.GET('/runs', { params: { query: { ...query, audienceId, active: 'true' } } }),
  );
  return active.find(({ id }) => Number(id) > Number(runId))?.id ?? null;
}

function errorOf({ id, state, error }: SentRun): MusterError {
  if (error === null) return new MusterError('RUN_STOPPED', `run ${id} was ${state}`);
  const { code, message, next } = error;
  const known = Object.hasOwn(catalogue, code) ? (code as ErrorCode) : 'RUN_STOPPED';
  const { happened } = catalogue[known];
  const measured = message.startsWith(`${happened}: `) ? message.slice(happened.length + 2) : '';
  return new MusterError(known, known === code ? measured : message, { next });
}

interface Watch {
  readonly goesOn: (run: SentRun) => boolean;
  readonly on: OnProgress;
}

/** The run at each change, until it no longer goes on. @throws MusterError SERVER_UNREACHABLE */
async function follow(
  server: Server,
  session: Session,
  runId: string,
  { goesOn, on }: Watch,
): Promise<SentRun> {
  for (let tries = 0; ; tries++) {
    try {
      for await (const run of runsOf(server, runId)) {
        on(progressOf(run));
        if (!goesOn(run)) return run;
        tries = 0;
      }
    } catch (error) {
      if (error instanceof MusterError && error.code !== 'SERVER_UNREACHABLE') throw error;
      if (tries >= TRIES_MAX) {
        const { server: url } = session.settings;
        throw error instanceof MusterError ? error : unreachable(url ?? '', error);
      }
    }
    await sleep(session.tools.clock, TRY_AGAIN_MS, session.stop);
  }
}

async function* runsOf(server: Server, runId: string): AsyncGenerator<SentRun> {
  const params = { path: { runId } };
  const { data } = await server.GET('/runs/{runId}/events', { params, parseAs: 'stream' });
  if (data === undefined || data === null) return;
  for await (const event of eventsOf(data)) {
    if (event.name === 'run') yield event.data as SentRun;
  }
}

function progressOf(sent: SentRun): Parameters<OnProgress>[0] {
  const { state, progress } = runOf(sent);
  const unit = 'rows';
  if (progress !== null && state === 'running') {
    return { step: 'send', done: progress.rowsDone, total: progress.rowsTotal, unit };
  }
  const steps: Readonly<Record<string, string>> = { queued: 'queue', waiting: 'wait' };
  return { step: steps[state] ?? 'evaluate', done: 0, total: null, unit };
}
