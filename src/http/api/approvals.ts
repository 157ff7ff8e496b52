import { type Approval, askerOf, listApprovals, whoMayAnswer } from '#store/approvals.ts';
import type { Store } from '#store/db.ts';
import { approve, questionOf, refuse } from '#sync/approve.ts';
import type { Principal } from '../auth/principal.ts';
import * as contract from '../contract/approvals.ts';
import { acceptedRun, answer, type Api, type ApiParts, visibleDatabases } from './api.ts';
import { pageInOrder } from './page.ts';

export function serveApprovals(api: Api, parts: ApiParts): void {
  const { muster } = parts;
  const { store } = muster;

  answer(api, parts, contract.listApprovals, async ({ query, principal }) => {
    const wanted = {
      ...visibleDatabases(principal, query.databaseId),
      state: query.state ?? null,
    };
    return await pageInOrder(
      query,
      async (before, limit) => {
        const found = await listApprovals(store, { ...wanted, beforeId: before ?? null, limit });
        return await Promise.all(found.map((one) => documentOf(store, one, principal)));
      },
      ({ id }) => id,
    );
  });

  answer(api, parts, contract.getApproval, async ({ params, principal }) =>
    documentOf(store, await questionOf(muster, Number(params.runId)), principal),
  );

  answer(api, parts, contract.approveRun, async ({ params, body, principal }, context) => {
    const question = await questionOf(muster, Number(params.runId));
    const { runId } = await approve(muster, question, await answerOf(principal, body.note));
    return await acceptedRun(store, context, runId);
  });

  answer(api, parts, contract.refuseRun, async ({ params, body, principal }) => {
    const runId = Number(params.runId);
    const question = await questionOf(muster, runId);
    await refuse(muster, question, await answerOf(principal, body.note));
    return documentOf(store, await questionOf(muster, runId), principal);
  });

  const answerOf = async ({ kind, id, name }: Principal, note: string | null) => {
    return { by: await askerOf(store, { kind, id, name }), via: 'api', note } as const;
  };
}

async function documentOf(store: Store, approval: Approval, principal: Principal) {
  const { id, runId, audienceId, databaseId, askedBy, decidedBy, ...rest } = approval;
  const { listChecksum: _, basis: __, ...shown } = rest;
  const { personId } = await askerOf(store, principal);
  return {
    ...{ ...shown, id: String(id), runId: String(runId) },
    ...{ audienceId: String(audienceId), databaseId: String(databaseId) },
    ...{ askedBy: askedBy.name, decidedBy: decidedBy?.name ?? null },
    mayAnswer: (await whoMayAnswer(store, id)).map(({ name }) => name),
    mine: personId !== null && personId === askedBy.personId,
  };
}
