import { MusterError } from '#domain/errors/muster-error.ts';
import { ensureDatabase, listDatabases, readDatabase } from '#store/databases.ts';
import { deleteDatabase } from '#sync/delete-database.ts';
import { seesDatabase } from '../auth/principal.ts';
import * as contract from '../contract/databases.ts';
import { answer, type Api, type ApiParts } from './api.ts';
import { pageOfAll } from './page.ts';

export function serveDatabases(api: Api, parts: ApiParts): void {
  const { store } = parts.muster;

  const readAll = async () =>
    (await listDatabases(store)).map((found) => ({
      ...{ id: String(found.id), name: found.name, defaultCountry: found.defaultCountry },
      unknownConsentPasses: found.unknownConsentPasses,
      expectedEveryMinutes: found.expectedEveryMinutes,
      profiles: found.profiles,
    }));

  answer(api, parts, contract.listDatabases, async ({ query, principal }) => {
    const seen = (await readAll()).filter(
      ({ id, name }) =>
        seesDatabase(principal, Number(id)) && (query.name === undefined || name === query.name),
    );
    return pageOfAll(seen, query);
  });

  const readOne = async (databaseId: string) => {
    const found = (await readAll()).find(({ id }) => id === databaseId);
    if (found === undefined) throw new MusterError('API_NOT_FOUND', `database ${databaseId}`);
    return found;
  };

  answer(api, parts, contract.getDatabase, async ({ params }) => readOne(params.databaseId));

  answer(api, parts, contract.deleteDatabase, async ({ databaseId, body }) =>
    deleteDatabase(parts.muster, await readDatabase(store, databaseId), body),
  );

  answer(api, parts, contract.createDatabase, async ({ body, principal }) => {
    // What somebody made who sees some databases only would not be there for them.
    if (principal.databases !== 'all') throw new MusterError('API_NOT_ALLOWED', 'all databases');
    const { database } = await ensureDatabase(store, body.name);
    return await readOne(String(database.id));
  });
}
