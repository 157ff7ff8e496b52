import { queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import { answered, api } from './client.ts';
import { everyPage } from './every-page.ts';

export type Integration =
  Paths['/integrations']['get']['responses'][200]['content']['application/json']['items'][number];

/** A disabled one sends nothing but opt-outs. */
export const enableIntegration = (integrationId: string, enabled: boolean) =>
  answered(
    api.PATCH('/integrations/{integrationId}', {
      params: { path: { integrationId } },
      body: { enabled },
    }),
  );

/** Databases tied to ad accounts. */
export const integrationsQuery = queryOptions({
  queryKey: ['integrations'],
  queryFn: () => everyPage((query) => answered(api.GET('/integrations', { params: { query } }))),
});
