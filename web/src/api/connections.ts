import { queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import { answered, api } from './client.ts';

export type Connection =
  Paths['/connections']['get']['responses'][200]['content']['application/json']['items'][number];
export type Integration =
  Paths['/integrations']['get']['responses'][200]['content']['application/json']['items'][number];
export type Connected =
  Paths['/connections']['post']['responses'][201]['content']['application/json'];
export type Check = Connected['checks'][number];

const PAGE_ROWS = 500;
const whole = { params: { query: { limit: PAGE_ROWS } } };

export const connectionsQuery = queryOptions({
  queryKey: ['connections'],
  queryFn: async () => (await answered(api.GET('/connections', whole))).items,
});

export const integrationsQuery = queryOptions({
  queryKey: ['integrations'],
  queryFn: async () => (await answered(api.GET('/integrations', whole))).items,
});

export const connectGuideQuery = queryOptions({
  queryKey: ['connect guide'],
  queryFn: async () => (await answered(api.GET('/connections/guide'))).steps,
  staleTime: Number.POSITIVE_INFINITY,
});

export interface NewConnection {
  readonly sandbox?: boolean;
  readonly token?: string;
  readonly adAccount?: string;
  readonly databaseId: string;
  readonly name?: string;
}

export const connect = (body: NewConnection) => answered(api.POST('/connections', { body }));

export const checkConnection = (connectionId: string) =>
  answered(api.POST('/connections/{connectionId}/check', { params: { path: { connectionId } } }));
