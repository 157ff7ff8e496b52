import { catalogue, type ErrorCode } from '#domain/errors/catalogue.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { sleep } from '#meta/clock.ts';
import type { ModelRun } from '#store/model-runs.ts';
import type { ModelReport } from '#sync/model-runs.ts';
import { printModels } from '../model/list.ts';
import { printSynced, type SyncOptions } from '../model/sync.ts';
import { showProgress } from '../progress.ts';
import type { RemoteForm } from './form.ts';
import { withMoments } from './moments.ts';
import { modelNamed } from './named.ts';
import { answered, everyOne, type Server } from './server.ts';

type SentModelRun = NonNullable<Awaited<ReturnType<typeof modelNamed>>['lastRun']>;

/** How often to look how a run of a model goes: there are no events of it. */
const LOOK_EVERY_MS = 500;

/** A run of a model as commands know it. */
function modelRunOf({ error, seconds: _, state, ...run }: SentModelRun): ModelRun {
  const happened = error === null ? '' : `${catalogue[error.code as ErrorCode]?.happened}: `;
  const measured = error?.message.startsWith(happened) ? error.message.slice(happened.length) : '';
  const isEnding = state === 'cancelling';
  return withMoments<ModelRun>(
    {
      ...{ ...run, state: isEnding ? 'running' : state },
      ...{ errorCode: error?.code ?? null, errorMeasured: error === null ? null : measured },
      cancelAskedAt: isEnding ? run.queuedAt : null,
    },
    ['queuedAt', 'startedAt', 'finishedAt', 'cancelAskedAt'],
  );
}

export const list: RemoteForm = async (server, session, command) => {
  const models = await everyOne((query) => server.GET('/models', { params: { query } }));
  const runs = models.flatMap(({ name, lastRun }) =>
    lastRun === null ? [] : [[name, modelRunOf(lastRun)] as const],
  );
  return printModels(session, command, models, new Map(runs));
};

export const sync: RemoteForm = async (server, session, command) => {
  const allowEmpty = command.opts<SyncOptions>().allowEmpty === true;
  const { id: modelId, name } = await modelNamed(server, command.args[0] ?? '');
  const params = { path: { modelId } };
  const asked = server.POST('/models/{modelId}/runs', { params, body: { allowEmpty } });
  const { clock } = session.tools;
  using progress = showProgress(session.terminal.messages, () => clock.nowMs(), name);
  let run = await answered(asked);
  while (run.finishedAt === null) {
    const step = run.state === 'queued' ? 'queue' : 'query';
    progress.on({ step, done: run.counts?.rows ?? 0, total: null, unit: 'rows' });
    await sleep(clock, LOOK_EVERY_MS, session.stop);
    run = await modelRunNumbered(server, run.id);
  }
  progress[Symbol.dispose]();
  return printSynced(session, command, reportOf(run));
};

async function modelRunNumbered(server: Server, modelRunId: string): Promise<SentModelRun> {
  const params = { path: { modelRunId } };
  const { failedRows: _, ...run } = await answered(
    server.GET('/model-runs/{modelRunId}', { params }),
  );
  return run;
}

/** @throws MusterError what it ended with */
function reportOf(run: SentModelRun): ModelReport {
  const { model, database, mode, id: runId, state, counts, seconds, error } = run;
  if (counts !== null && (state === 'succeeded' || state === 'partial')) {
    return { model, database, mode, runId, state, ...counts, seconds: seconds ?? 0 };
  }
  const { errorCode, errorMeasured } = modelRunOf(run);
  const known = Object.hasOwn(catalogue, errorCode ?? '') ? (errorCode as ErrorCode) : null;
  if (error === null || known === null)
    throw new MusterError('MODEL_RUN_CANCELLED', `run ${runId}`);
  throw new MusterError(known, errorMeasured ?? '', { next: error.next });
}
