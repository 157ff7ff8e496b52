import { mergePath } from 'hono/utils/url';
import { apiPath } from '../client.ts';
import type { Api } from './api.ts';

/** The OpenAPI 3.1 document of all routes, with their whole paths. */
export function createDocument(api: Api): object {
  const { paths, ...rest } = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Muster',
      version: '1',
      description:
        'Keeps Meta Custom Audiences true to your own customer data. Errors are problem documents with a code and the next step; lists are paged by cursor; `x-access` says who may call a route.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
  });
  return {
    ...rest,
    paths: Object.fromEntries(
      Object.entries(paths ?? {})
        .map(([path, item]) => [mergePath(apiPath, path), item] as const)
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ),
    components: { ...rest.components, securitySchemes },
  };
}

const securitySchemes = {
  key: { type: 'http', scheme: 'bearer', description: 'An API key: `muster key create`' },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'muster_session',
    description: 'A login in the browser; over https its name begins with __Host-',
  },
};
