import type { Command } from 'commander';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { SyncReport } from '#sync/reports.ts';
import type { ApplyOptions } from '../apply.ts';
import { type AnswerOptions, printRefusal } from '../approve.ts';
import { type CancelOptions, printCancelled } from '../audience/cancel.ts';
import { readReplay, refuseUnconfirmed } from '../audience/replay.ts';
import type { JsonOption } from '../command.ts';
import { tell } from '../print.ts';
import type { ByOptions } from '../release.ts';
import { readRunId } from '../run-id.ts';
import { printPlan, printReport } from '../run-report.ts';
import type { Session } from '../session.ts';
import { askedOf, readName, type SyncOptions } from '../sync.ts';
import { syncEach } from '../sync-each.ts';
import { reportOf } from './follow-run.ts';
import type { RemoteForm } from './form.ts';
import { audienceNamed, databaseNamed, integrationNamed, orElse } from './named.ts';
import { answered, everyOne, type Server } from './server.ts';

const isJson = (command: Command) => command.opts<JsonOption>().json === true;

export const plan: RemoteForm = async (server, session, command) => {
  const { id: audienceId } = await audienceNamed(server, command.args[0] ?? '');
  const params = { path: { audienceId } };
  const report = await answered(server.POST('/audiences/{audienceId}/plans', { params }));
  return printPlan(session, report, isJson(command));
};

export const sync: RemoteForm = async (server, session, command) => {
  const options = command.opts<SyncOptions>();
  const name = readName(command, options);
  const send = (audience: string) => syncOne(server, session, audience, options.wait === true);
  if (name !== null) return printReport(session, await send(name), askedOf(options));
  const all = await everyOne((query) =>
    server.GET('/audiences', { params: { query: { ...query, sort: 'createdAt' } } }),
  );
  const names = all.flatMap((one) => (one.state === 'deactivated' ? [] : one.name));
  return await syncEach(session, names, askedOf(options), send);
};

async function syncOne(
  server: Server,
  session: Session,
  name: string,
  wait: boolean,
): Promise<SyncReport> {
  const { id: audienceId } = await audienceNamed(server, name);
  const params = { path: { audienceId } };
  const accepted = await answered(server.POST('/audiences/{audienceId}/sync', { params }));
  return await reportOf(server, session, accepted, { label: name, wait });
}

export const apply: RemoteForm = async (server, session, command) => {
  const { strict } = command.opts<ApplyOptions>();
  const [planId = ''] = command.args;
  const accepted = await orElse(
    answered(server.POST('/plans/{planId}/apply', { params: { path: { planId } } })),
    'PLAN_UNKNOWN',
    planId,
  );
  const report = await reportOf(server, session, accepted, { label: 'apply' });
  return printReport(session, report, { json: isJson(command), strict: strict === true });
};

export const release: RemoteForm = async (server, session, command) => {
  const runId = readRunId(command);
  const params = { path: { runId } };
  const accepted = await orElse(
    answered(server.POST('/runs/{runId}/release', { params })),
    'RUN_UNKNOWN',
    runId,
  );
  tellWhose(session, command);
  const report = await reportOf(server, session, accepted, { label: `run ${runId}` });
  return printReport(session, report, { json: isJson(command) });
};

export const approve: RemoteForm = async (server, session, command) => {
  const { note = null } = command.opts<AnswerOptions>();
  const runId = readRunId(command);
  const asked = server.POST('/runs/{runId}/approve', {
    params: { path: { runId } },
    body: { note },
  });
  const accepted = await orElse(answered(asked), 'APPROVAL_NONE', `run ${runId}`);
  tellWhose(session, command);
  const report = await reportOf(server, session, accepted, { label: `run ${runId}` });
  return printReport(session, report, { json: isJson(command) });
};

export const refuse: RemoteForm = async (server, session, command) => {
  const { note = null } = command.opts<AnswerOptions>();
  const runId = readRunId(command);
  const asked = server.POST('/runs/{runId}/refuse', {
    params: { path: { runId } },
    body: { note },
  });
  const { audience, decidedBy } = await orElse(answered(asked), 'APPROVAL_NONE', `run ${runId}`);
  tellWhose(session, command);
  const refusal = { runId, audience, refusedBy: decidedBy ?? '' };
  return printRefusal(session, refusal, isJson(command));
};

/** Whoever asks a server is known by the key, and by nothing else that they may say. */
function tellWhose(session: Session, command: Command): void {
  if (command.opts<ByOptions>().by === undefined) return;
  tell(session, 'It is written down with the name of the key; what --by says is left out.');
}

export const cancel: RemoteForm = async (server, session, command) => {
  const { reason = null } = command.opts<CancelOptions>();
  const { id: audienceId, name } = await audienceNamed(server, command.args[0] ?? '');
  const query = { audienceId, active: 'true' } as const;
  const { items } = await answered(server.GET('/runs', { params: { query } }));
  const [active] = items;
  if (active === undefined) throw new MusterError('RUN_NONE', `“${name}”`);
  const params = { path: { runId: active.id } };
  const run = await answered(server.POST('/runs/{runId}/cancel', { params, body: { reason } }));
  tellWhose(session, command);
  const state = run.state === 'cancelled' ? 'cancelled' : 'cancelling';
  return printCancelled(session, { audience: name, runId: run.id, state, reason }, isJson(command));
};

export const replay: RemoteForm = async (server, session, command) => {
  const { name, integration, database, json } = readReplay(command);
  if (name !== undefined) return await sendAgain(server, session, command, false);
  const asked = await replayMany(server, { integration, database });
  const names = asked.map(({ audience }) => audience);
  return await syncEach(session, names, { strict: false, json }, async (one) => {
    const run = asked.find(({ audience }) => audience === one);
    if (run === undefined) throw new MusterError('AUDIENCE_UNKNOWN', `“${one}”`);
    // One that is under way was joined: all of it is sent again by that very run.
    return await reportOf(server, session, { ...run, state: 'queued' }, { label: one });
  });
};

export const reset: RemoteForm = async (server, session, command) => {
  refuseUnconfirmed(command);
  return await sendAgain(server, session, command, true);
};

async function sendAgain(server: Server, session: Session, command: Command, reset: boolean) {
  const { id: audienceId, name } = await audienceNamed(server, command.args[0] ?? '');
  const params = { path: { audienceId } };
  const asked = server.POST('/audiences/{audienceId}/replay', { params, body: { reset } });
  const report = await reportOf(server, session, await answered(asked), { label: name });
  return printReport(session, report, { json: isJson(command) });
}

/** Of all databases, or of one of them, or what goes through one integration. */
async function replayMany(
  server: Server,
  { integration, database }: { integration: string | undefined; database: string | undefined },
) {
  const through = integration === undefined ? null : await integrationNamed(server, integration);
  const integrationId = through?.id ?? null;
  const databaseIds =
    through !== null
      ? [through.databaseId]
      : database !== undefined
        ? [(await databaseNamed(server, database)).id]
        : (await everyOne((query) => server.GET('/databases', { params: { query } }))).map(
            ({ id }) => id,
          );
  const all = [];
  for (const databaseId of databaseIds) {
    const params = { path: { databaseId } };
    const asked = server.POST('/databases/{databaseId}/replay', {
      params,
      body: { integrationId },
    });
    all.push(...(await answered(asked)).audiences);
  }
  return all;
}
