import { queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import { answered, api } from './client.ts';

export type Ads =
  Paths['/audiences/{audienceId}/ads']['get']['responses'][200]['content']['application/json'];
export type AdFigures =
  Paths['/overview/ads']['get']['responses'][200]['content']['application/json']['items'][number];

/** @param isFresh ask Meta, though it was asked within the hour */
export const readAds = (audienceId: string, isFresh: boolean) =>
  answered(
    api.GET('/audiences/{audienceId}/ads', {
      params: { path: { audienceId }, query: { refresh: isFresh ? 'true' : 'false' } },
    }),
  );

export const adsQuery = (audienceId: string) =>
  queryOptions({
    queryKey: ['audiences', audienceId, 'ads'],
    queryFn: () => readAds(audienceId, false),
  });

/** Of one audience, or of all where that is ''. */
export const adFiguresQuery = (audienceId: string, days: number) =>
  queryOptions({
    queryKey: ['ads', audienceId, days],
    queryFn: async () => {
      const query = { days, ...(audienceId === '' ? {} : { audienceId }) };
      return (await answered(api.GET('/overview/ads', { params: { query } }))).items;
    },
  });
