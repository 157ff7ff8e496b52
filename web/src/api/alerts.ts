import { queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import { answered, api, from, type Versioned, versioned } from './client.ts';

export type OpenAlert =
  Paths['/alerts']['get']['responses'][200]['content']['application/json']['items'][number];
export type AlertRules =
  Paths['/alert-rules']['get']['responses'][200]['content']['application/json'];
export type Webhook =
  Paths['/webhooks']['get']['responses'][200]['content']['application/json']['items'][number];

const ROWS_MAX = 500;
const whole = { params: { query: { limit: ROWS_MAX } } };

export const alertsQuery = queryOptions({
  queryKey: ['alerts'],
  queryFn: async () =>
    (
      await answered(
        api.GET('/alerts', { params: { query: { limit: ROWS_MAX, sort: '-openedAt' } } }),
      )
    ).items,
});

export const alertRulesQuery = queryOptions({
  queryKey: ['alert rules'],
  queryFn: () => versioned(api.GET('/alert-rules')),
});

export const webhooksQuery = queryOptions({
  queryKey: ['webhooks'],
  queryFn: async () => (await answered(api.GET('/webhooks', whole))).items,
});

/** No reminders for these days; 0 lets it be told again. */
export const silenceAlert = (alertId: string, days: number) =>
  answered(
    api.POST('/alerts/{alertId}/silence', { params: { path: { alertId } }, body: { days } }),
  );

/** @throws ProblemError API_CHANGED when somebody changed them since they were read */
export const setAlertRules = ({ etag, ...body }: Versioned<AlertRules>) =>
  versioned(api.PUT('/alert-rules', { params: { header: from(etag) }, body }));

export const createWebhook = (body: {
  readonly name: string;
  readonly kind: Webhook['kind'];
  readonly url: string;
  readonly allowPrivate: boolean;
}) => answered(api.POST('/webhooks', { body }));

const at = (webhookId: string) => ({ params: { path: { webhookId } } });

export const testWebhook = (id: string) => answered(api.POST('/webhooks/{webhookId}/test', at(id)));
export const rotateWebhook = (id: string) =>
  answered(api.POST('/webhooks/{webhookId}/rotate', at(id)));
export const removeWebhook = (id: string) => answered(api.DELETE('/webhooks/{webhookId}', at(id)));
