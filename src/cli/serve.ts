import type { Hono } from 'hono';
import { spoolOf } from '#connections/open-source.ts';
import type { Secret } from '#config/secret.ts';
import type { ReadySandbox } from '#connections/sandbox-probe.ts';
import { diagnoseAll } from '#connections/doctor.ts';
import { optionTable } from '#config/options.ts';
import { namesOf } from '#config/log.ts';
import { createApp } from '#http/app.ts';
import type { Installation } from '#http/api/api.ts';
import { apiRoutes } from '#http/api/serve.ts';
import { listenOn } from '#http/listen.ts';
import { createMetrics } from '#http/metrics.ts';
import { operationRoutes } from '#http/operations.ts';
import { readSamples } from '#store/metrics.ts';
import { createWebApp } from '#http/web-app.ts';
import { buildWeb, builtWeb } from '#http/web-build.ts';
import { createRunReads } from '#http/runs.ts';
import { readOverview } from '#http/overview.ts';
import { overviewSource } from './overview-source.ts';
import { diagnoseInstallation } from './doctor/installation.ts';
import { type CommandSpec, examples } from './command.ts';
import { work } from '#jobs/workers.ts';
import { uploadsIn } from '#sync/uploads.ts';
import { readRecentCalls } from '#store/recent-calls.ts';
import { firstStartUrl, openAuth } from './_auth.ts';
import { oneSandbox, resumeSample, sampleOf } from './demo/begin-sample.ts';
import { openIngest } from './_ingest.ts';
import { alertSenders, letterSenders } from './senders.ts';
import { print, tell } from './print.ts';
import type { Session } from './session.ts';
import { stopped } from './stopped.ts';

export const serve: CommandSpec = {
  describe(command) {
    for (const { flag, help, default: value, env } of [
      optionTable.servePort,
      optionTable.serveHost,
      optionTable.workers,
      optionTable.logFormat,
    ]) {
      command.option(flag, `${help} (${env}, default ${value})`);
    }
    command.addHelpText(
      'after',
      '\nDoes the planned runs, follows changes, and goes on with what waited. Any number of these may\n' +
        'run on one database, and all of them may be stopped or killed at any moment.\n' +
        '/ is the web page. /status shows and changes nothing, /status.json the same as JSON, /events.json the\n' +
        'last calls that came in, /doctor.json the check-list of `doctor`, /healthz says whether the database\n' +
        'answers, /readyz whether this process takes work, /metrics is for Prometheus.\n' +
        '/runs.json, /runs/17, /audiences/gold/details, …/linked and …/why/C-1042 are what the\n' +
        'commands print with --json.\n' +
        'All but /healthz, /readyz and the page where one signs in needs a login or a key. As long as nobody may sign\n' +
        'in, it prints a link that works once and makes the first owner. It listens on this machine only;\n' +
        'for others put a proxy that speaks https before it, with --host and MUSTER_PUBLIC_URL.\n' +
        'The API is under /api/v1, its document at /openapi.json, a page to read it at /docs.\n' +
        'Under /v1 it takes the calls of Segment-compatible SDKs, from whoever has a write key.',
    );
    examples(command, ['serve', 'serve --port 8080 --workers 8', 'serve --workers 0']);
  },

  // What is under way gets its answer written down; a run is given back after that.
  graceMs: 5_000,

  async run(session) {
    const ingest = await openIngest(session);
    const sandboxHere = oneSandbox(session);
    const url = await serveStatus(session, [session.settings.servePort], sandboxHere, ingest);
    const { log } = session;
    const firstStart = await firstStartUrl(session, url);
    const invitation =
      firstStart === null
        ? ''
        : `Nobody may sign in yet. This link works once and makes the owner:\n  ${firstStart}`;
    // Never into a log, which others may read; and at once, for whoever reads no more than a line.
    const [below, beside] = log.format === 'json' ? [invitation, ''] : ['', invitation];
    print(session, `Muster: ${url} until Ctrl-C; events: ${url}/v1\n${below}`.trimEnd());
    if (beside !== '') tell(session, beside);
    log.write({ level: 'info', event: 'ready' });
    await resumeSample(session, sandboxHere);
    await workHere(session, url);
    return await stopped(session.stop);
  },
};

/** Does what is asked for on the page and what is planned, until the command ends. */
export async function workHere(session: Session, url: string): Promise<void> {
  const { log, settings } = session;
  const { workers } = settings;
  if (workers === 0) return;
  const senders = await alertSenders(session);
  const letters = letterSenders(session, senders.mailer, url);
  const uploads = uploadsIn(settings.dataDirectory);
  const options = { workers, log, senders, uploads, ...(letters === null ? {} : { letters }) };
  await work(await session.muster(), options, session.stop);
}

/** As many as a screen takes in; whoever looks again asks for what came after. */
const CALLS_SHOWN = 200;

/** Serves everything until the command ends; gives the address that people open. */
export async function serveStatus(
  session: Session,
  ports: readonly number[],
  sandboxHere: () => Promise<ReadySandbox>,
  ingest?: Hono,
): Promise<string> {
  const source = await overviewSource(session);
  const muster = await session.muster();
  const { settings } = session;
  let url = settings.publicUrl ?? '';
  const basePath = settings.publicUrl === null ? '/' : new URL(`${url}/`).pathname;
  const { signIn, whoAsks } = await openAuth(session, () => url);
  const app = createApp({
    ...{ basePath, authenticate: whoAsks, log: session.log },
    overview: () => readOverview(source),
    ping: () => source.db.query('select 1'),
    recentCalls: (afterId) =>
      readRecentCalls(source.db, { databaseId: null, afterId, limit: CALLS_SHOWN }),
    ...(ingest === undefined ? {} : { ingest }),
    doctor: atMostEvery(DOCTOR_MS, session.tools.clock, async () => {
      return await diagnoseAll(muster.store, session.tools);
    }),
    operations: operationRoutes({
      metrics: createMetrics(() => readSamples(muster.store)),
      metricsToken: session.secrets.metricsToken,
      ping: () => muster.store.query('select 1'),
      isLeaving: () => session.stop.aborted,
    }),
    runs: createRunReads(muster),
    api: apiRoutes({ muster, signIn, installation: installationOf(session, sandboxHere) }, whoAsks),
    web: createWebApp({ built: buildPage(session), directory: builtWeb, basePath }),
  });
  const listening = await listenOn(settings.serveHost, app, ports);
  session.atEnd(() => listening.close());
  if (url === '') url = listening.url;
  return url;
}

function installationOf(session: Session, sandboxHere: () => Promise<ReadySandbox>): Installation {
  const { tools, settings, secrets } = session;
  const { dataDirectory, apiVersion, quotaSharePercent, sourceHosts: ownHosts } = settings;
  return {
    tools,
    dataDirectory,
    serverKind: secrets.databaseUrl === null ? 'embedded' : 'external',
    diagnose: () => diagnoseInstallation(session),
    app: appOf(settings.appId, secrets.appSecret),
    apiVersion,
    quotaSharePercent,
    sources: { spool: spoolOf(settings), ownHosts },
    startSample: sampleOf(session, sandboxHere),
  };
}

/** Whole or not at all: commands say what is missing, and on the page one names both. */
function appOf(id: string | null, secret: Secret | null): Installation['app'] {
  return id === null || secret === null ? null : { id, secret };
}

/** Goes on beside everything else: only whoever opens the page waits for it. */
async function buildPage(session: Session): Promise<void> {
  try {
    const text = 'The web page was made from its sources.';
    if (await buildWeb(session.stop)) {
      session.log.write({ level: 'info', event: 'web page built', text });
    }
  } catch (error) {
    if (session.stop.aborted) return;
    const text = String(error);
    session.log.write({ level: 'error', event: 'web page failed', ...namesOf(error), text });
    throw error;
  }
}

/** It asks Meta, and any page of this machine may ask us. */
const DOCTOR_MS = 10_000;

/** The last answer again, as long as it is young. */
function atMostEvery<T>(
  ms: number,
  clock: { nowMs(): number },
  ask: () => Promise<T>,
): () => Promise<T> {
  let last: { readonly answer: Promise<T>; readonly atMs: number } | undefined;
  return async () => {
    const nowMs = clock.nowMs();
    if (last === undefined || nowMs - last.atMs > ms) last = { answer: ask(), atMs: nowMs };
    return await last.answer;
  };
}
