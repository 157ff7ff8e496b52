import type { AuditEntry } from '#store/audit.ts';
import { printEntries, readWish } from '../audit/list.ts';
import { printVerdict, type VerifyOptions } from '../audit/verify.ts';
import type { RemoteForm } from './form.ts';
import { withMoments } from './moments.ts';
import { answered, pages } from './server.ts';

export const list: RemoteForm = async (server, session, command) => {
  const { limit, action, by } = readWish(command);
  const wish = {
    ...(action === undefined ? {} : { action }),
    ...(by === undefined ? {} : { by }),
  };
  const entries: AuditEntry[] = [];
  const ask = (query: { limit: number; cursor?: string }) =>
    server.GET('/audit', { params: { query: { ...query, ...wish } } });
  for await (const page of pages(ask)) {
    for (const { id, actor, databaseId, ...entry } of page) {
      const about = {
        ...{ id: Number(id), actorKind: actor.kind, actorId: actor.id, actorName: actor.name },
        databaseId: databaseId === null ? null : Number(databaseId),
      };
      entries.push(withMoments<AuditEntry>({ ...about, ...entry }, ['at']));
    }
    if (entries.length >= limit) break;
  }
  return printEntries(session, command, entries.slice(0, limit));
};

export const verify: RemoteForm = async (server, session, command) => {
  const { head } = command.opts<VerifyOptions>();
  const query = head === undefined ? {} : { head };
  return printVerdict(
    session,
    command,
    await answered(server.GET('/audit/verify', { params: { query } })),
  );
};
