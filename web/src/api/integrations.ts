import { queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import { answered, api } from './client.ts';

export type Integration =
  Paths['/integrations']['get']['responses'][200]['content']['application/json']['items'][number];

const ROWS_MAX = 500;

/** Databases tied to ad accounts. */
export const integrationsQuery = queryOptions({
  queryKey: ['integrations'],
  queryFn: async () =>
    (await answered(api.GET('/integrations', { params: { query: { limit: ROWS_MAX } } }))).items,
});
