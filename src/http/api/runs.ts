import { must } from '#domain/errors/assert.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { mask } from '#identifiers/mask.ts';
import { cancelActiveRun } from '#jobs/control.ts';
import type { Db } from '#store/db.ts';
import {
  listRuns,
  operationsOfRun,
  readRun,
  type RowRecord,
  rowsOfRun,
  type RunRecord,
} from '#store/run-history.ts';
import { releaseAndRequest } from '#sync/apply.ts';
import * as contract from '../contract/runs.ts';
import { type Principal, seesDatabase } from '../auth/principal.ts';
import { acceptedRun, answer, type Api, type ApiParts, visibleDatabases } from './api.ts';
import { followRun, followWhatChanges } from './follow.ts';
import { pageInOrder } from './page.ts';

export function serveRuns(api: Api, parts: ApiParts): void {
  serveReading(api, parts);
  serveChanging(api, parts);
  serveFollowing(api, parts);
}

function serveReading(api: Api, parts: ApiParts): void {
  const { store } = parts.muster;

  answer(api, parts, contract.listRuns, async ({ query, principal }) => {
    const wanted = {
      audienceId: query.audienceId === undefined ? null : Number(query.audienceId),
      activeOnly: query.active === 'true',
      ...visibleDatabases(principal, query.databaseId),
      ...(query.state === undefined ? {} : { states: [query.state] }),
    };
    return await pageInOrder(
      query,
      async (beforeId, limit) => {
        const before = beforeId === undefined ? {} : { beforeId };
        return (await listRuns(store, { ...wanted, ...before, limit })).map(documentOf);
      },
      (run) => run.id,
    );
  });

  answer(api, parts, contract.getRun, async ({ params }) => {
    return documentOf(await runOf(store, params.runId));
  });

  answer(api, parts, contract.listOperations, async ({ params, query }) => {
    const runId = Number(params.runId);
    return await pageInOrder(
      query,
      async (after, limit) =>
        (await operationsOfRun(store, runId, limit, after)).map(({ operationId: id, ...rest }) => ({
          id,
          ...rest,
        })),
      (operation) => operation.id,
    );
  });

  answer(api, parts, contract.listRunRows, async ({ params, query, principal }) => {
    const states = query.state === undefined ? null : [query.state];
    return await pageInOrder(
      query,
      async (afterRow = 0, pageRows) => {
        const rows = rowsOfRun(store, Number(params.runId), { states, pageRows, afterRow });
        const first = await rows.next();
        return (first.done === true ? [] : first.value).map((row) => shownTo(principal, row));
      },
      (row) => row.matchRowId,
    );
  });
}

function serveChanging(api: Api, parts: ApiParts): void {
  const { store } = parts.muster;

  answer(api, parts, contract.releaseRun, async ({ params, principal }, context) => {
    const { runId } = await releaseAndRequest(parts.muster, Number(params.runId), principal.name);
    return await acceptedRun(store, context, runId);
  });

  answer(api, parts, contract.cancelRun, async ({ params, body, principal }) => {
    const { audience, finishedAt, state } = await runOf(store, params.runId);
    if (finishedAt !== null) throw new MusterError('RUN_NONE', `run ${params.runId} is ${state}`);
    const wish = { by: principal.name, reason: body.reason };
    const { runId } = await cancelActiveRun(parts.muster, audience, wish);
    return documentOf(await runOf(store, runId));
  });
}

function serveFollowing(api: Api, parts: ApiParts): void {
  const { store } = parts.muster;

  answer(api, parts, contract.followRun, ({ params }, context) =>
    Promise.resolve(followRun(context, async () => documentOf(await runOf(store, params.runId)))),
  );

  answer(api, parts, contract.followChanges, ({ principal }, context) =>
    Promise.resolve(
      followWhatChanges(context, store, ({ databaseId }) => seesDatabase(principal, databaseId)),
    ),
  );
}

function documentOf({ runId: id, ...rest }: RunRecord) {
  return { id, ...rest };
}

async function runOf(db: Db, runId: string): Promise<RunRecord> {
  return must(await readRun(db, Number(runId)), 'a run that was found is not deleted');
}

/** Ids of people are personal. */
function shownTo({ personalData }: Principal, row: RowRecord): RowRecord {
  const { externalId } = row;
  return personalData || externalId === null ? row : { ...row, externalId: mask(externalId) };
}
