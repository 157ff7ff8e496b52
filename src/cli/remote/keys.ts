import { MusterError } from '#domain/errors/muster-error.ts';
import type { ApiKey } from '#store/api-keys.ts';
import type { WriteKey } from '#store/write-keys.ts';
import { apiKeyDocument, keyDocument } from '../key/key-document.ts';
import { printApiKey, printWriteKey, readWish } from '../key/create.ts';
import { printKeys } from '../key/list.ts';
import { printRevoked, readNumber } from '../key/revoke.ts';
import { rightsWords } from '../rights-options.ts';
import type { RemoteForm } from './form.ts';
import { type Sent, withMoments } from './moments.ts';
import { databaseNamed } from './named.ts';
import { answered, everyOne, type Server } from './server.ts';

const keyMoments = ['createdAt', 'endsAt', 'lastUsedAt', 'revokedAt'];

type SentApiKey = Omit<Sent<ApiKey>, 'id' | 'databaseIds'> & {
  readonly id: string;
  readonly databaseIds: readonly string[] | null;
};

function apiKeyOf({ id, databaseIds, ...key }: SentApiKey): ApiKey {
  const numbers = { id: Number(id), databaseIds: databaseIds?.map(Number) ?? null };
  return withMoments<ApiKey>({ ...numbers, ...key }, keyMoments);
}

type SentWriteKey = Omit<Sent<WriteKey>, 'id' | 'database'> & { readonly id: string };

function writeKeyOf(key: SentWriteKey, database: string): WriteKey {
  return withMoments<WriteKey>({ ...key, id: Number(key.id), database }, keyMoments);
}

async function databasesOf(server: Server): Promise<{ id: number; name: string }[]> {
  const all = await everyOne((query) => server.GET('/databases', { params: { query } }));
  return all.map(({ id, name }) => ({ id: Number(id), name }));
}

async function writeKeysOf(server: Server, databaseId: number, name: string) {
  const path = { databaseId: String(databaseId) };
  const keys = await everyOne((query) =>
    server.GET('/databases/{databaseId}/write-keys', { params: { path, query } }),
  );
  return keys.map((key) => writeKeyOf(key, name));
}

export const list: RemoteForm = async (server, session, command) => {
  const databases = await databasesOf(server);
  const writeKeys = await Promise.all(
    databases.map(async ({ id, name }) => await writeKeysOf(server, id, name)),
  );
  const { items } = await answered(server.GET('/keys'));
  return printKeys(session, command, {
    writeKeys: writeKeys.flat().toSorted((a, b) => a.id - b.id),
    apiKeys: items.map(apiKeyOf),
    databases,
  });
};

export const create: RemoteForm = async (server, session, command) => {
  const wish = readWish(command);
  const { name, days } = wish;
  if (wish.kind === 'write') {
    const { id: databaseId, name: database } = await databaseNamed(server, wish.database);
    const params = { path: { databaseId } };
    const { key, ...made } = await answered(
      server.POST('/databases/{databaseId}/write-keys', { params, body: { name, days } }),
    );
    return printWriteKey(session, command, { key, made: writeKeyOf(made, database) });
  }
  const databases = await databasesOf(server);
  const { database: only, ...rights } = wish.rights;
  const ids = only === undefined ? null : await idsOf(server, only);
  const { key, ...sent } = await answered(
    server.POST('/keys', { body: { ...rights, name, days, databaseIds: ids } }),
  );
  const made = apiKeyOf(sent);
  return printApiKey(session, command, { key, made, may: rightsWords(databases, made) });
};

async function idsOf(server: Server, names: readonly string[]): Promise<string[]> {
  const found = await Promise.all(names.map((name) => databaseNamed(server, name)));
  return found.map(({ id }) => id);
}

export const revoke: RemoteForm = async (server, session, command) => {
  const { id, forApi } = readNumber(command);
  if (forApi) {
    const params = { path: { keyId: String(id) } };
    const key = apiKeyOf(await answered(server.POST('/keys/{keyId}/revoke', { params })));
    return printRevoked(session, command, { name: key.name, ...apiKeyDocument(key) });
  }
  for (const { id: databaseId, name } of await databasesOf(server)) {
    const keys = await writeKeysOf(server, databaseId, name);
    if (!keys.some((key) => key.id === id)) continue;
    const path = { databaseId: String(databaseId), writeKeyId: String(id) };
    const asked = server.POST('/databases/{databaseId}/write-keys/{writeKeyId}/revoke', {
      params: { path },
    });
    const key = writeKeyOf(await answered(asked), name);
    return printRevoked(session, command, { name: key.name, ...keyDocument(key) });
  }
  throw new MusterError('KEY_UNKNOWN', `${id}`);
};
