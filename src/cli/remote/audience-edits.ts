import { MusterError } from '#domain/errors/muster-error.ts';
import { customerFileSources } from '#meta/wire.ts';
import type { AudienceEditReport } from '#sync/edit-audience.ts';
import { printMade, readWish as readCreate, warnOfWords } from '../audience/create.ts';
import { printEdited, readWish as readEdit } from '../audience/edit.ts';
import { printSwitched } from '../audience/pause.ts';
import { printSchedule, readWish as readSchedule } from '../audience/schedule.ts';
import { readWay } from '../audience/way-options.ts';
import { readRuleFile } from '../rule-file.ts';
import { audienceOf } from './audience.ts';
import type { RemoteForm } from './form.ts';
import { audienceNamed, databaseNamed, integrationNamed } from './named.ts';
import { answered, everyOne, type Server } from './server.ts';
import { toSend } from './to-send.ts';

export const create: RemoteForm = async (server, session, command) => {
  const { options, own, given: name, source } = readCreate(command);
  if (name === null) {
    throw new MusterError('USAGE', 'a server takes no name from Meta: give one beside --link');
  }
  const filling = await readWay(session, name, options);
  const place = await placeOf(server, options);
  warnOfWords(session, name, own);
  const { way, rule, ruleMode, ruleDaily, automation } = filling;
  const customerFileSource = customerFileSources.find((one) => one === source);
  const asked = server.POST('/audiences', {
    body: toSend({
      ...{ name, way, ...own },
      ...(place === null ? {} : { integrationId: place.id }),
      ...(way === 'rule' ? { rule: { ...(rule as object) } } : {}),
      ...(ruleMode === undefined ? {} : { ruleMode }),
      ...(ruleDaily === undefined ? {} : { ruleDaily }),
      ...(automation === undefined ? {} : { automation: { ...(automation as object) } }),
      ...(options.link === undefined ? {} : { metaAudienceId: options.link }),
      connector: options.connector ?? false,
      valueBased: options.valueBased ?? false,
      ...(customerFileSource === undefined ? {} : { customerFileSource }),
    }),
  });
  const made = await answered(asked);
  const path = { databaseId: made.databaseId };
  return await printMade(session, command, {
    audience: audienceOf(made),
    filling,
    count: async (counted) => {
      const body = { rule: { ...counted } };
      const ask = server.POST('/databases/{databaseId}/rules/count', { params: { path }, body });
      return (await answered(ask)).count;
    },
  });
};

/** Where an audience goes; null: the server takes the only one. */
async function placeOf(
  server: Server,
  { integration, database }: { readonly integration?: string; readonly database?: string },
) {
  if (integration === undefined && database === undefined) return null;
  if (integration !== undefined) {
    const named = await integrationNamed(server, integration);
    if (database === undefined || named.database === database) return named;
    const measured = `the integration “${named.name}” is for database ${named.database}`;
    throw new MusterError('USAGE', measured);
  }
  const { id: databaseId, name } = await databaseNamed(server, database ?? '');
  const all = await everyOne((query) =>
    server.GET('/integrations', { params: { query: { ...query, databaseId } } }),
  );
  const [only, ...more] = all;
  if (only === undefined)
    throw new MusterError('NOT_CONNECTED', `no integration of the database “${name}”`);
  if (more.length === 0) return only;
  throw new MusterError('INTEGRATION_UNCLEAR', all.map((one) => `“${one.name}”`).join(', '));
}

export const edit: RemoteForm = async (server, session, command) => {
  const { options, own, seen } = readEdit(command);
  const rule = options.rule === undefined ? undefined : await readRuleFile(session, options.rule);
  const { id: audienceId } = await audienceNamed(server, command.args[0] ?? '');
  const body = {
    ...own,
    ...(rule === undefined ? {} : { rule: { ...rule } }),
    ...(options.integration === undefined
      ? {}
      : { integrationId: (await integrationNamed(server, options.integration)).id }),
  };
  if (Object.keys(body).length === 0) throw new MusterError('USAGE', 'say what shall change');
  warnOfWords(session, '', own);
  const looks = seen === null;
  const asked = server.PATCH('/audiences/{audienceId}', {
    params: {
      path: { audienceId },
      query: { dryRun: looks ? 'true' : 'false' },
      header: looks ? {} : { 'if-match': `"${seen}"` },
    },
    body: toSend(body),
  });
  return printEdited(session, command, (await answered(asked)) as AudienceEditReport);
};

export const pause = switching('pause');
export const resume = switching('resume');

function switching(to: 'pause' | 'resume'): RemoteForm {
  return async (server, session, command) => {
    const before = await audienceNamed(server, command.args[0] ?? '');
    const params = { path: { audienceId: before.id } };
    const { paused } = await answered(server.POST(`/audiences/{audienceId}/${to}`, { params }));
    const report = await answered(server.GET('/audiences/{audienceId}/schedule', { params }));
    return printSwitched(session, command, { ...report, changed: before.paused !== paused });
  };
}

export const schedule: RemoteForm = async (server, session, command) => {
  const wish = readSchedule(command);
  const { id: audienceId } = await audienceNamed(server, command.args[0] ?? '');
  const params = { path: { audienceId } };
  if (wish === null) {
    const asked = server.GET('/audiences/{audienceId}/schedule', { params });
    return printSchedule(session, command, await answered(asked));
  }
  const { period, ...rest } = wish;
  const moments = (given: NonNullable<typeof period>) => ({
    from: given.from?.toISOString() ?? null,
    until: given.until?.toISOString() ?? null,
    zone: given.zone,
  });
  const body = {
    ...rest,
    ...(period === undefined ? {} : { period: period === null ? null : moments(period) }),
  };
  const asked = server.PUT('/audiences/{audienceId}/schedule', { params, body: toSend(body) });
  return printSchedule(session, command, await answered(asked));
};
