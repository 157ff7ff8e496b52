import { queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import { answered, api } from './client.ts';
import { everyPage } from './every-page.ts';

export type Integration =
  Paths['/integrations']['get']['responses'][200]['content']['application/json']['items'][number];

type Wish = NonNullable<
  Paths['/integrations/{integrationId}']['patch']['requestBody']
>['content']['application/json'];

/** Who may be sent through it, and what it is called. */
export const editIntegration = (integrationId: string, body: Wish) =>
  answered(
    api.PATCH('/integrations/{integrationId}', { params: { path: { integrationId } }, body }),
  );

/** A disabled one sends nothing but opt-outs. */
export const enableIntegration = (integrationId: string, enabled: boolean) =>
  editIntegration(integrationId, { enabled });

/** Databases tied to ad accounts. */
export const integrationsQuery = queryOptions({
  queryKey: ['integrations'],
  queryFn: () => everyPage((query) => answered(api.GET('/integrations', { params: { query } }))),
});
