import { readDatabase } from '#store/databases.ts';
import {
  changeHoldOut,
  changeSuppressions,
  type HoldOutReport,
  showHoldOut,
  showSuppressions,
  type SuppressionReport,
} from '#sync/kept-out.ts';
import * as contract from '../contract/kept-out.ts';
import { answer, type Api, type ApiParts } from './api.ts';

export function serveKeptOut(api: Api, parts: ApiParts): void {
  const { muster } = parts;
  const nameOf = async (databaseId: number) => (await readDatabase(muster.store, databaseId)).name;

  answer(api, parts, contract.getHoldOut, async ({ databaseId }) =>
    holdOutOf(await showHoldOut(muster, await nameOf(databaseId))),
  );

  answer(api, parts, contract.setHoldOut, async ({ databaseId, body }) =>
    holdOutOf(await changeHoldOut(muster, await nameOf(databaseId), body.percent)),
  );

  answer(api, parts, contract.getSuppressions, async ({ databaseId }) =>
    suppressionsOf(await showSuppressions(muster, await nameOf(databaseId))),
  );

  answer(api, parts, contract.changeSuppressions, async ({ databaseId, body }) => {
    const change = { add: valuesOf(body.add), remove: valuesOf(body.remove) };
    return suppressionsOf(await changeSuppressions(muster, await nameOf(databaseId), change));
  });
}

function valuesOf({
  externalIds: ids,
  emails,
  phones,
}: {
  readonly externalIds: readonly string[];
  readonly emails: readonly string[];
  readonly phones: readonly string[];
}) {
  return { ids, emails, phones };
}

function holdOutOf({ database: _, ...report }: HoldOutReport) {
  return report;
}

function suppressionsOf({ database: _, ...report }: SuppressionReport) {
  return report;
}
