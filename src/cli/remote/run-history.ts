import type { OperationRecord, RowRecord } from '#store/run-history.ts';
import { covered, OPERATIONS_MAX, SAMPLES_MAX } from '#sync/run-details.ts';
import { printRuns, readWish } from '../run/list.ts';
import { printRows, printRun, readAsked } from '../run/show.ts';
import type { RemoteForm } from './form.ts';
import { withMoments } from './moments.ts';
import { audienceNamed, orElse } from './named.ts';
import { runNumbered, runOf, type SentRun } from './run.ts';
import { answered, pages, type Server } from './server.ts';

export const list: RemoteForm = async (server, session, command) => {
  const { active, limit } = readWish(command);
  const [name] = command.args;
  const scope = name === undefined ? {} : { audienceId: (await audienceNamed(server, name)).id };
  const wish = { ...scope, ...(active ? { active: 'true' as const } : {}) };
  const runs: SentRun[] = [];
  const ask = (query: { limit: number; cursor?: string }) =>
    server.GET('/runs', { params: { query: { ...query, ...wish } } });
  if (limit > 0) {
    for await (const page of pages(ask)) {
      runs.push(...page);
      if (runs.length >= limit) break;
    }
  }
  return printRuns(session, command, runs.slice(0, limit).map(runOf));
};

export const show: RemoteForm = async (server, session, command) => {
  const { id, states } = readAsked(command);
  const runId = String(id);
  const run = runOf(await orElse(answered(runNumbered(server, runId)), 'RUN_UNKNOWN', runId));
  if (states !== undefined) {
    return await printRows(session, command, rowsOf(server, runId, states?.[0]));
  }
  const operations = await operationsOf(server, runId);
  return printRun(session, command, {
    ...run,
    operations,
    samples: await samplesOf(server, runId),
  });
};

function rowsOf(server: Server, runId: string, state: RowRecord['state'] | undefined) {
  const path = { runId };
  const wish = state === undefined ? {} : { state };
  return pages((query) =>
    server.GET('/runs/{runId}/rows', { params: { path, query: { ...query, ...wish } } }),
  );
}

async function operationsOf(server: Server, runId: string): Promise<OperationRecord[]> {
  const all: OperationRecord[] = [];
  const ask = (query: { limit: number; cursor?: string }) =>
    server.GET('/runs/{runId}/operations', { params: { path: { runId }, query } });
  for await (const page of pages(ask)) {
    const moments = ['sentAt', 'answeredAt', 'settlesAt'];
    all.push(
      ...page.map(({ id: operationId, ...rest }) =>
        withMoments<OperationRecord>({ operationId, ...rest }, moments),
      ),
    );
    if (all.length >= OPERATIONS_MAX) break;
  }
  return all.slice(0, OPERATIONS_MAX);
}

async function samplesOf(server: Server, runId: string): Promise<RowRecord[]> {
  const query = { state: 'invalid', limit: SAMPLES_MAX } as const;
  const params = { path: { runId }, query };
  const { items } = await answered(server.GET('/runs/{runId}/rows', { params }));
  return items.map(covered);
}
