import { MusterError } from '#domain/errors/muster-error.ts';
import { type AuditEntry, listAudit, verifyAudit } from '#store/audit.ts';
import * as contract from '../contract/audit.ts';
import { answer, type Api, type ApiParts } from './api.ts';

export function serveAudit(api: Api, parts: ApiParts): void {
  const { store } = parts.muster;

  answer(api, parts, contract.listAudit, async ({ query, principal }) => {
    const { cursor, limit, action = null, by: actorName = null } = query;
    if (cursor !== undefined && !/^[1-9]\d{0,14}$/.test(cursor)) {
      throw new MusterError('API_CURSOR_INVALID');
    }
    const entries = await listAudit(store, {
      ...{ beforeId: cursor === undefined ? null : Number(cursor), limit: limit + 1 },
      ...{ action, actorName },
      databaseIds: principal.databases === 'all' ? null : principal.databases,
    });
    const page = entries.slice(0, limit);
    const last = entries.length > limit ? page.at(-1) : undefined;
    return { items: page.map(documentOf), next: last === undefined ? null : String(last.id) };
  });

  answer(api, parts, contract.verifyAudit, async ({ query }) => {
    const { brokenAt, ...verdict } = await verifyAudit(store, query.head ?? null);
    return { ...verdict, brokenAt: brokenAt === null ? null : String(brokenAt) };
  });
}

function documentOf({ id, actorKind, actorId, actorName, databaseId, ...entry }: AuditEntry) {
  return {
    ...{ id: String(id), actor: { kind: actorKind, id: actorId, name: actorName } },
    ...{ databaseId: databaseId === null ? null : String(databaseId), ...entry },
  };
}
