import { printConnections } from '../connection/list.ts';
import type { ConnectionDocument } from '../connection/connection-document.ts';
import { printIntegrations } from '../integration/list.ts';
import { printSources } from '../source/list.ts';
import type { RemoteForm } from './form.ts';
import { withMoments } from './moments.ts';
import { everyOne } from './server.ts';

/** In the order in which they were made, as they are listed where the data is. */
const byNumber = (a: { readonly id: string }, b: { readonly id: string }) =>
  Number(a.id) - Number(b.id);

export const connections: RemoteForm = async (server, session, command) => {
  const sent = await everyOne((query) => server.GET('/connections', { params: { query } }));
  const documents = sent.toSorted(byNumber).map(({ id: _, words: __, next: ___, ...one }) => {
    const end = one.tokenEndsAt;
    const tokenEndsAt = end === null ? null : end === 'never' ? ('never' as const) : new Date(end);
    const integrations = one.integrations.map(({ id: ____, ...rest }) => rest);
    const rest = { ...one, integrations };
    return { ...withMoments<ConnectionDocument>(rest, ['tokenSince', 'since']), tokenEndsAt };
  });
  return printConnections(session, command, documents, new Date(session.tools.clock.nowMs()));
};

export const integrations: RemoteForm = async (server, session, command) => {
  const sent = await everyOne((query) => server.GET('/integrations', { params: { query } }));
  const documents = sent
    .toSorted(byNumber)
    .map(({ id: _, databaseId: __, connectionId: ___, quotaRestsUntil: ____, ...one }) => one);
  return printIntegrations(session, command, documents);
};

export const sources: RemoteForm = async (server, session, command) => {
  const sent = await everyOne((query) => server.GET('/sources', { params: { query } }));
  const documents = sent.map(({ name, type, place, allowPrivate, createdAt }) => {
    return { name, type, place, allowPrivate, createdAt };
  });
  return printSources(session, command, documents);
};
