import { join } from 'node:path';
import { parseRule, ruleVersion } from '#audiences/rule.ts';
import { connect } from '#connections/connect.ts';
import { findNotedSandbox } from '#connections/sandbox-note.ts';
import { type ReadySandbox, readTruth } from '#connections/sandbox-probe.ts';
import { Secret } from '#config/secret.ts';
import { must } from '#domain/errors/assert.ts';
import { createAudience, listAudiences } from '#store/audiences.ts';
import type { Integration } from '#store/connections.ts';
import { databaseNow, overviewImports } from '#store/overview.ts';
import type { Muster, OnProgress } from '#sync/muster.ts';
import { receiveFile } from '#sync/receive.ts';
import type { ImportReport, SyncReport } from '#sync/reports.ts';
import { syncAudience } from '#sync/sync.ts';
import { showProgress } from '../progress.ts';
import { runSandbox } from '../sandbox.ts';
import type { Session } from '../session.ts';
import { type DemoAudience, demoAudiences } from './audiences.ts';
import { type Round, roundOf, writeRound } from './rounds.ts';
import type { AudienceResult, DemoSummary, StageResult } from './summary.ts';

/** The demo keeps to a database of its own: `main` is for the user's people. */
const DEMO_DATABASE = 'demo';

/** Imports, audiences, sync, change, sync: the whole job once, going on from what is there. */
export async function walk(session: Session, sandbox: ReadySandbox): Promise<DemoSummary> {
  const muster = await session.muster();
  const startedMs = muster.clock();
  const integration = await connectDemo(session, sandbox);
  const before = await lastRound(muster);
  const first =
    before === null ? await takeIn(session, muster, { day: await today(muster), number: 0 }) : null;
  await makeAudiences(muster, integration);
  const base = before ?? must(first, 'the first file was taken in').round;
  const firstSync: StageResult = {
    import: first?.report ?? null,
    changes: null,
    ...(await syncAll(session, muster)),
  };
  const second = await takeIn(session, muster, { day: base.day, number: base.number + 1 });
  const secondSync: StageResult = {
    import: second.report,
    changes: second.changes,
    ...(await syncAll(session, muster)),
  };
  return {
    sandbox: true,
    people: second.people,
    round: second.round.number,
    audiences: await resultsOf(session, [firstSync, secondSync], sandbox),
    stages: [firstSync, secondSync],
    sandboxUrl: sandbox.url,
    file: second.path,
    seconds: (muster.clock() - startedMs) / 1000,
  };
}

/** The sandbox that runs on this data directory already, or one in this process. */
export async function startSandbox(session: Session): Promise<ReadySandbox> {
  const { dataDirectory, sandboxPort } = session.settings;
  const noted = await findNotedSandbox(dataDirectory, session.tools.fetch);
  return noted ?? (await runSandbox(session, [sandboxPort, 0])).ready;
}

/** Joins the demo's database to the sandbox, wherever that listens now. */
export async function connectDemo(session: Session, sandbox: ReadySandbox): Promise<Integration> {
  return await connectToSandbox(session, sandbox, DEMO_DATABASE);
}

/** Joins a database to the sandbox by an integration of the same name; again, where it listens elsewhere now. */
export async function connectToSandbox(
  session: Session,
  sandbox: ReadySandbox,
  database: string,
): Promise<Integration> {
  const { store } = await session.muster();
  const wish = {
    ...{ name: database, database },
    adAccount: must(sandbox.adAccounts[0], 'a sandbox has ad accounts').id,
    connection: null,
  };
  const token = new Secret(sandbox.token);
  const credentials = { token, app: null, origin: 'pasted', apiUrl: sandbox.url } as const;
  const { integration } = await connect(store, credentials, wish, session.tools, () => {});
  return integration;
}

/** What the last finished import of the demo brought, by the name of its file. */
async function lastRound(muster: Muster): Promise<Round | null> {
  const imports = await overviewImports(muster.store, 1_000);
  for (const { database, file, state } of imports) {
    const round = database === DEMO_DATABASE && state === 'done' ? roundOf(file) : null;
    if (round !== null) return round;
  }
  return null;
}

async function today(muster: Muster): Promise<string> {
  return (await databaseNow(muster.store)).toISOString().slice(0, 10);
}

async function takeIn(session: Session, muster: Muster, round: Round) {
  const { dataDirectory } = session.settings;
  const file = await writeRound(join(dataDirectory, 'demo'), round);
  const report: ImportReport = await withProgress(session, muster, 'People', (onProgress) =>
    receiveFile(
      muster,
      {
        path: file.path,
        database: DEMO_DATABASE,
        mirror: true,
        dryRun: false,
        rejectedDirectory: join(dataDirectory, 'rejected'),
      },
      onProgress,
    ),
  );
  return { ...file, round, report };
}

async function makeAudiences(muster: Muster, integration: Integration): Promise<void> {
  const known = new Set((await listAudiences(muster.store)).map(({ name }) => name));
  for (const audience of demoAudiences.filter(({ name }) => !known.has(name))) {
    await makeAudience(muster, integration, audience);
  }
}

export async function makeAudience(
  { store }: Muster,
  integration: Integration,
  { name, rule }: Pick<DemoAudience, 'name' | 'rule'>,
): Promise<void> {
  const parsed = parseRule(rule);
  await createAudience(store, {
    databaseId: integration.databaseId,
    integrationId: integration.id,
    name,
    rule: parsed,
    ruleVersion: ruleVersion(parsed),
    customerFileSource: 'USER_PROVIDED_ONLY',
  });
}

async function syncAll(
  session: Session,
  muster: Muster,
): Promise<{ runs: readonly SyncReport[]; seconds: number }> {
  const startedMs = muster.clock();
  const runs: SyncReport[] = [];
  for (const { name, title } of demoAudiences) {
    const run = await withProgress(session, muster, title, (onProgress) =>
      syncAudience(muster, name, { wait: false, trigger: 'demo' }, onProgress),
    );
    runs.push(run);
  }
  return { runs, seconds: (muster.clock() - startedMs) / 1000 };
}

async function withProgress<T>(
  session: Session,
  muster: Muster,
  label: string,
  work: (onProgress: OnProgress) => Promise<T>,
): Promise<T> {
  using progress = showProgress(session.terminal.messages, muster.clock, label);
  return await work(progress.on);
}

async function resultsOf(
  session: Session,
  stages: readonly StageResult[],
  sandbox: ReadySandbox,
): Promise<AudienceResult[]> {
  return await Promise.all(
    demoAudiences.map(async ({ name, title }, i) => {
      const runs = stages.map(({ runs: all }) => must(all[i], 'every audience was synced'));
      const last = must(runs.at(-1), 'there is a last run');
      const id = must(last.metaAudienceId, 'a synced audience is linked');
      const truth = await readTruth(sandbox.url, id, session.tools.fetch);
      const sum = (number: (run: SyncReport) => number) =>
        runs.reduce((total, run) => total + number(run), 0);
      return {
        name,
        title,
        metaAudienceId: id,
        state: last.state,
        members: last.members,
        heldBack: last.heldBack,
        added: sum((run) => run.added),
        removed: sum((run) => run.removed),
        sent: sum((run) => run.accepted + run.rejected + run.unknown),
        accepted: sum((run) => run.accepted),
        rejected: sum((run) => run.rejected),
        rejectedBy: addUp(runs.map(({ rejectedBy }) => rejectedBy)),
        requests: sum((run) => run.requestsUsed),
        rowsHeld: truth?.rowsHeld ?? null,
        matched: truth?.peopleMatched ?? null,
      };
    }),
  );
}

function addUp(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const [reason, number] of counts.flatMap((one) => Object.entries(one))) {
    total[reason] = (total[reason] ?? 0) + number;
  }
  return total;
}
