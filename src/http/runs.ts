import { Hono } from 'hono';
import { MusterError } from '#domain/errors/muster-error.ts';
import { statesAtMeta } from '#insights/state-at-meta.ts';
import { findAudience } from '#store/audiences.ts';
import { listRuns } from '#store/run-history.ts';
import { readDetails } from '#sync/details.ts';
import type { Muster } from '#sync/muster.ts';
import { readRunDetails } from '#sync/run-details.ts';
import { explainPerson } from '#sync/why.ts';

const RUNS_SHOWN = 100;

/** What became of runs, requests and people: the documents that the commands print with --json. */
export function createRunReads(muster: Muster): Hono {
  const { store } = muster;
  const app = new Hono();
  app.get('/runs.json', async (context) => {
    const name = context.req.query('audience');
    const audienceId = name === undefined ? null : (await findAudience(store, name)).id;
    const activeOnly = context.req.query('active') === 'true';
    return context.json({
      runs: await listRuns(store, { audienceId, activeOnly, limit: RUNS_SHOWN }),
    });
  });
  app.get('/runs/:run{[0-9]{1,15}}', async (context) =>
    context.json(await readRunDetails(store, Number(context.req.param('run')))),
  );
  app.get('/audiences/:name/details', async (context) =>
    context.json(await readDetails(muster, context.req.param('name'))),
  );
  app.get('/audiences/:name/linked', async (context) => {
    const name = context.req.param('name');
    const { id } = await findAudience(store, name);
    return context.json({
      audience: name,
      atMeta: (await statesAtMeta(store, [id])).get(name) ?? null,
    });
  });
  app.get('/audiences/:name/why/:externalId', async (context) =>
    context.json(
      await explainPerson(muster, context.req.param('name'), context.req.param('externalId')),
    ),
  );
  app.onError((error, context) => {
    if (!(error instanceof MusterError) || error.exitCode !== 2) throw error;
    const { code, message, next } = error;
    return context.json({ error: { code, message, next } }, 404);
  });
  return app;
}
