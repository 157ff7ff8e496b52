import type { SyncDetails } from '#sync/details.ts';
import { type CountOptions, isBroken, printCount, SAMPLES_MAX } from '../audience/count.ts';
import { printDetails } from '../audience/details.ts';
import { type LinkedOptions, printLinked } from '../audience/linked.ts';
import { printList } from '../audience/list.ts';
import { printMembers } from '../audience/members.ts';
import { printAudience } from '../audience/show.ts';
import { readRuleFile } from '../rule-file.ts';
import { audienceOf } from './audience.ts';
import type { RemoteForm } from './form.ts';
import { withMoments } from './moments.ts';
import { audienceNamed, databaseNamed } from './named.ts';
import { runMoments, runOf } from './run.ts';
import { answered, everyOne, pages, type Server } from './server.ts';

export const list: RemoteForm = async (server, session, command) => {
  const sent = await everyOne((query) =>
    server.GET('/audiences', { params: { query: { ...query, sort: 'createdAt' } } }),
  );
  const states = sent.flatMap(({ name, atMeta }) =>
    atMeta === null ? [] : [[name, atMeta] as const],
  );
  return printList(session, command, sent.map(audienceOf), new Map(states));
};

export const show: RemoteForm = async (server, session, command) => {
  const [name = ''] = command.args;
  const sent = await audienceNamed(server, name);
  const scenario = sent.way === 'automation' ? await automationOf(server, sent.name) : null;
  return printAudience(session, command, audienceOf(sent), {
    now: new Date(session.tools.clock.nowMs()),
    atMeta: sent.atMeta ?? undefined,
    scenario,
  });
};

async function automationOf(server: Server, audience: string) {
  const query = { kind: 'automation', name: audience } as const;
  const { items } = await answered(server.GET('/scenarios', { params: { query } }));
  const [sent] = items;
  if (sent === undefined) return null;
  return { ...sent, scenario: sent.name };
}

export const details: RemoteForm = async (server, session, command) => {
  const { id: audienceId } = await audienceNamed(server, command.args[0] ?? '');
  const params = { path: { audienceId } };
  const { last, active, ...sent } = await answered(
    server.GET('/audiences/{audienceId}/details', { params }),
  );
  const runs = {
    last: last === null ? null : runOf(last),
    active: active === null ? null : runOf(active),
  };
  const found = withMoments<Omit<SyncDetails, keyof typeof runs>>(sent, [
    ...runMoments,
    ...['nextRunAt', 'membersChangedAt', 'synchronizedOn', 'matchingUntil'],
  ]);
  return printDetails(session, command, { ...found, ...runs });
};

export const linked: RemoteForm = async (server, session, command) => {
  const { id: audienceId } = await audienceNamed(server, command.args[0] ?? '');
  const refresh = command.opts<LinkedOptions>().refresh === true ? 'true' : 'false';
  const params = { path: { audienceId }, query: { refresh } } as const;
  const found = await answered(server.GET('/audiences/{audienceId}/linked', { params }));
  return printLinked(session, command, found);
};

export const members: RemoteForm = async (server, session, command) => {
  const { id: audienceId, name, evaluated } = await audienceNamed(server, command.args[0] ?? '');
  return await printMembers(session, command, {
    name,
    evaluated,
    pages: idsOf(server, audienceId),
  });
};

async function* idsOf(server: Server, audienceId: string): AsyncGenerator<string[]> {
  const ask = (query: { limit: number; cursor?: string }) =>
    server.GET('/audiences/{audienceId}/members', { params: { path: { audienceId }, query } });
  for await (const page of pages(ask)) yield page.map(({ externalId }) => externalId);
}

export const count: RemoteForm = async (server, session, command) => {
  const options = command.opts<CountOptions>();
  const rule = await readRuleFile(session, options.rule);
  const { id: databaseId, name: database } = await databaseNamed(server, options.database);
  const sent = await answered(
    server.POST('/databases/{databaseId}/rules/count', {
      params: { path: { databaseId } },
      body: {
        rule: { ...rule },
        precision: options.exact === true ? 'exact' : 'quick',
        overlapWith: [...(options.overlap ?? [])],
        samples: options.samples === true ? SAMPLES_MAX : 0,
      },
    }),
  );
  const { samples, ...found } = sent;
  return printCount(session, command, {
    ...{ database, found },
    broken: isBroken(options) ? found : null,
    samples: options.samples === true ? samples : null,
  });
};
