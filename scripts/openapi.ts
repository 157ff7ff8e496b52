import { readdir } from 'node:fs/promises';
import { createApi } from '#http/api/api.ts';
import { createDocument } from '#http/api/document.ts';

const contract = new URL('../src/http/contract/', import.meta.url);

/** The OpenAPI document of all that the contract files declare. */
export async function openApiDocument(): Promise<object> {
  const files = (await readdir(contract)).filter((name) => name.endsWith('.ts')).toSorted();
  const modules = await Promise.all(
    files.map(async (name) => (await import(new URL(name, contract).href)) as object),
  );
  const api = createApi();
  for (const exported of modules.flatMap((module) => Object.values(module) as unknown[])) {
    if (isRoute(exported)) api.openAPIRegistry.registerPath(exported);
  }
  return createDocument(api);
}

type Route = Parameters<ReturnType<typeof createApi>['openAPIRegistry']['registerPath']>[0];

function isRoute(exported: unknown): exported is Route {
  return typeof exported === 'object' && exported !== null && 'x-access' in exported;
}
