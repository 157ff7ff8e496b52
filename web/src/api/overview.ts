import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import { answered, api } from './client.ts';

export type Overview = Paths['/overview']['get']['responses'][200]['content']['application/json'];
export type Need = Overview['needs'][number];
export type Flow = Paths['/overview/flow']['get']['responses'][200]['content']['application/json'];

export type Delivery =
  Paths['/overview/delivery']['get']['responses'][200]['content']['application/json'];

export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: () => answered(api.GET('/overview', { params: { query: {} } })),
});

/** In the days of whoever looks at it. */
const zoneHere = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

export const flowQuery = (days: number) =>
  queryOptions({
    queryKey: ['overview', 'flow', days],
    queryFn: () =>
      answered(api.GET('/overview/flow', { params: { query: { days, zone: zoneHere() } } })),
    placeholderData: keepPreviousData,
  });

/** People at Meta by our ledger: counted when somebody looks. */
export const toldQuery = (audienceId: string) =>
  queryOptions({
    queryKey: ['audiences', audienceId, 'told'],
    queryFn: () =>
      answered(api.GET('/audiences/{audienceId}/told', { params: { path: { audienceId } } })),
  });

export const audienceFlowQuery = (audienceId: string, days: number) =>
  queryOptions({
    queryKey: ['audiences', audienceId, 'flow', days],
    queryFn: () =>
      answered(
        api.GET('/audiences/{audienceId}/flow', {
          params: { path: { audienceId }, query: { days, zone: zoneHere() } },
        }),
      ),
    placeholderData: keepPreviousData,
  });

/** Of all ad accounts, or of one integration's. */
export const deliveryQuery = (days: number, integrationId: string) =>
  queryOptions({
    queryKey: ['overview', 'delivery', days, integrationId],
    queryFn: () =>
      answered(
        api.GET('/overview/delivery', {
          params: { query: { days, ...(integrationId === '' ? {} : { integrationId }) } },
        }),
      ),
    placeholderData: keepPreviousData,
  });

export const audienceDeliveryQuery = (audienceId: string, days: number) =>
  queryOptions({
    queryKey: ['audiences', audienceId, 'delivery', days],
    queryFn: () =>
      answered(
        api.GET('/audiences/{audienceId}/delivery', {
          params: { path: { audienceId }, query: { days } },
        }),
      ),
    placeholderData: keepPreviousData,
  });
