import { randomBytes } from 'node:crypto';
import { MusterError } from '#domain/errors/muster-error.ts';
import { hashOfWriteKey, hintOfWriteKey, makeWriteKey } from '#ingest/write-key.ts';
import { readDatabase } from '#store/databases.ts';
import { createWriteKey, listWriteKeys, revokeWriteKey, type WriteKey } from '#store/write-keys.ts';
import * as contract from '../contract/write-keys.ts';
import { answer, type Api, type ApiParts } from './api.ts';
import { pageOfAll } from './page.ts';

const DAY_MS = 86_400_000;

export function serveWriteKeys(api: Api, parts: ApiParts): void {
  const { store } = parts.muster;
  const keysOf = async (databaseId: number): Promise<WriteKey[]> => {
    const { name } = await readDatabase(store, databaseId);
    return (await listWriteKeys(store)).filter(({ database }) => database === name);
  };

  answer(api, parts, contract.listWriteKeys, async ({ databaseId, query }) =>
    pageOfAll((await keysOf(databaseId)).map(describe), query),
  );

  answer(api, parts, contract.createWriteKey, async ({ databaseId, body: { name, days } }) => {
    const key = makeWriteKey(randomBytes);
    const lastsMs = days === null ? null : days * DAY_MS;
    const kept = {
      databaseId,
      name,
      lastsMs,
      hash: hashOfWriteKey(key),
      hint: hintOfWriteKey(key),
    };
    return { key, ...describe(await createWriteKey(store, kept)) };
  });

  answer(api, parts, contract.revokeWriteKey, async ({ databaseId, params: { writeKeyId } }) => {
    const isThere = (await keysOf(databaseId)).some(({ id }) => String(id) === writeKeyId);
    if (!isThere) throw new MusterError('KEY_UNKNOWN', writeKeyId);
    return describe(await revokeWriteKey(store, Number(writeKeyId)));
  });
}

function describe({ id, database: _, ...key }: WriteKey) {
  return { id: String(id), ...key };
}
