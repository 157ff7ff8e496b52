import createClient, { type Client } from 'openapi-fetch';
import type { Paths } from './contract.ts';

export const apiPath = '/api/v1';

/** A typed client of the API at an address such as `http://127.0.0.1:4780`. */
export function apiClient(
  url: string,
  { key, fetch }: { key?: string; fetch?: (request: Request) => Promise<Response> } = {},
): Client<Paths> {
  return createClient<Paths>({
    baseUrl: `${url}${apiPath}`,
    ...(fetch === undefined ? {} : { fetch }),
    ...(key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } }),
  });
}
