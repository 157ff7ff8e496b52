import { queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import { answered, api } from './client.ts';

export type Retention =
  Paths['/retention']['get']['responses'][200]['content']['application/json']['items'][number];

export const retentionQuery = queryOptions({
  queryKey: ['retention'],
  queryFn: async () => (await answered(api.GET('/retention'))).items,
});

/** `days` null: for ever. */
export const setRetention = (name: string, days: number | null) =>
  answered(api.PUT('/retention/{name}', { params: { path: { name } }, body: { days } }));
