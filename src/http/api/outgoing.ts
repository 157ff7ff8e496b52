import { readOutgoing } from '#store/outgoing.ts';
import * as contract from '../contract/outgoing.ts';
import { answer, type Api, type ApiParts, visibleDatabases } from './api.ts';
import { pageInOrder } from './page.ts';

export function serveOutgoing(api: Api, parts: ApiParts): void {
  answer(api, parts, contract.listOutgoing, async ({ query, principal }) => {
    const { databaseIds = null } = visibleDatabases(principal, query.databaseId);
    const audienceId = query.audienceId === undefined ? null : Number(query.audienceId);
    return await pageInOrder(
      query,
      (beforeId, limit) =>
        readOutgoing(parts.muster.store, {
          ...{ databaseIds, audienceId, limit },
          beforeId: beforeId ?? null,
        }),
      ({ id }) => id,
    );
  });
}
