import { isAbsolute, relative, resolve } from 'node:path';
import { addTestedSource, isLocal, type SourceSettings } from '#connections/add-source.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { isUntested } from '#sources/query.ts';
import { testSource } from '#sources/target.ts';
import { listModels } from '#store/models.ts';
import { listSources, removeSource, type Source } from '#store/sources.ts';
import type { Principal } from '../auth/principal.ts';
import * as contract from '../contract/sources.ts';
import { answer, type Api, type ApiParts } from './api.ts';
import { pageOfAll } from './page.ts';

export function serveSources(api: Api, parts: ApiParts): void {
  const { muster, installation } = parts;
  const { store } = muster;

  const sourceOf = async (id: string): Promise<Source> => {
    const found = (await listSources(store)).find((one) => String(one.id) === id);
    if (found === undefined) throw new MusterError('SOURCE_UNKNOWN', id);
    return found;
  };
  const documentOf = async (source: Source) => describe(source, await modelsBySource(parts));

  answer(api, parts, contract.listSources, async ({ query }) => {
    const models = await modelsBySource(parts);
    const found = (await listSources(store)).filter(
      ({ name }) => query.name === undefined || name === query.name,
    );
    return pageOfAll(
      found.map((source) => describe(source, models)),
      query,
    );
  });

  answer(api, parts, contract.getSource, async ({ params }) =>
    documentOf(await sourceOf(params.sourceId)),
  );

  answer(api, parts, contract.createSource, async ({ body, principal }) => {
    const { name, type: kind, url, secret, allowPrivate } = body;
    if (isLocal(kind)) refuseForeignPath(url, principal, installation.dataDirectory);
    const settings = Object.fromEntries(
      Object.entries(body.settings).filter(([, value]) => value !== undefined),
    ) as SourceSettings;
    const { source, server } = await addTestedSource(
      store,
      await installation.tools.keys(),
      { name, kind, url: url.trim(), secret, settings, allowPrivate },
      installation.sources,
    );
    return { ...(await documentOf(source)), server };
  });

  answer(api, parts, contract.testSource, async ({ params }) => {
    const { id } = await sourceOf(params.sourceId);
    return { server: await testSource(await muster.openSource(id)) };
  });

  answer(api, parts, contract.removeSource, async ({ params }) => {
    const source = await sourceOf(params.sourceId);
    await store.tx((tx) => removeSource(tx, source));
    return null;
  });
}

/**
 * Whoever names a path reads files of the server with our rights, and one of them holds the key of all
 * secrets: so it is for owners, and never inside of our own directory.
 */
function refuseForeignPath(path: string, { role }: Principal, dataDirectory: string): void {
  if (role !== 'owner')
    throw new MusterError('API_NOT_ALLOWED', 'a path of the server: role owner');
  const inside = relative(resolve(dataDirectory), resolve(path));
  if (!isAbsolute(path) || (!inside.startsWith('..') && !isAbsolute(inside))) {
    throw new MusterError(
      'SOURCE_URL_INVALID',
      'it is no absolute path outside of the data directory',
    );
  }
}

async function modelsBySource({ muster }: ApiParts): Promise<Map<number, string[]>> {
  const models = Map.groupBy(await listModels(muster.store), ({ sourceId }) => sourceId);
  return new Map([...models].map(([id, of]) => [id, of.map(({ name }) => name)]));
}

function describe(source: Source, models: ReadonlyMap<number, readonly string[]>) {
  const { id, name, kind, place, allowPrivate, settings, createdAt } = source;
  return {
    ...{ id: String(id), name, type: kind, place, allowPrivate, settings: { ...settings } },
    ...{ untested: isUntested(kind), models: models.get(id) ?? [], createdAt },
  };
}
