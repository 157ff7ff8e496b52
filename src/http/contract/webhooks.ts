import { z } from '@hono/zod-openapi';
import { pageOf, pageQuery } from './page.ts';
import { apiRoute, id, json, moment } from './route.ts';

export const webhook = z
  .object({
    id,
    name: z.string(),
    kind: z.enum(['webhook', 'slack']),
    host: z.string().openapi({ description: 'Never the whole URL: it may hold a secret' }),
    allowPrivate: z.boolean(),
    createdAt: moment,
    endedAt: moment
      .nullable()
      .openapi({ description: 'It answered 410, and is not called any more' }),
    problem: z.string().nullable().openapi({ description: 'Why the last message did not arrive' }),
  })
  .openapi('Webhook');

const inWebhook = z.object({ webhookId: id });
const secret = z.string().nullable().openapi({
  description: 'Signs what is sent (Standard Webhooks); shown this once; null of Slack',
});

export const listWebhooks = apiRoute({
  method: 'get',
  path: '/webhooks',
  operationId: 'listWebhooks',
  summary: 'URLs that alerts are sent to',
  tag: 'webhooks',
  access: { role: 'admin' },
  request: {
    query: pageQuery('name', 'createdAt').extend({ name: z.string().max(500).optional() }),
  },
  responses: { 200: { description: 'A page of webhooks', content: json(pageOf(webhook)) } },
});

export const createWebhook = apiRoute({
  method: 'post',
  path: '/webhooks',
  operationId: 'createWebhook',
  summary: 'Send alerts to a URL, signed; or to Slack and what understands the same',
  tag: 'webhooks',
  access: { role: 'admin', credentials: true },
  request: {
    body: {
      required: true,
      content: json(
        z.object({
          name: z.string().trim().min(1).max(200),
          kind: z.enum(['webhook', 'slack']).default('webhook'),
          url: z.string().min(1).max(4_000),
          allowPrivate: z.boolean().default(false),
        }),
      ),
    },
  },
  responses: {
    201: { description: 'The webhook', content: json(webhook.extend({ secret })) },
  },
});

export const rotateWebhook = apiRoute({
  method: 'post',
  path: '/webhooks/{webhookId}/rotate',
  operationId: 'rotateWebhook',
  summary: 'A new key; the old one signs beside it until the next time',
  tag: 'webhooks',
  access: { role: 'admin', credentials: true },
  request: { params: inWebhook },
  responses: { 200: { description: 'The key', content: json(z.object({ secret })) } },
});

export const testWebhook = apiRoute({
  method: 'post',
  path: '/webhooks/{webhookId}/test',
  operationId: 'testWebhook',
  summary: 'Send a test there now',
  tag: 'webhooks',
  access: { role: 'admin' },
  request: { params: inWebhook },
  responses: { 204: { description: 'It was taken' } },
});

export const removeWebhook = apiRoute({
  method: 'delete',
  path: '/webhooks/{webhookId}',
  operationId: 'removeWebhook',
  summary: 'Send nothing there any more',
  tag: 'webhooks',
  access: { role: 'admin', credentials: true },
  request: { params: inWebhook },
  responses: { 204: { description: 'Gone' } },
});
