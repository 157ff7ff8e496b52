import { z } from '@hono/zod-openapi';
import { apiRoute, json } from './route.ts';

const days = z.int().min(1).max(36_500).nullable().openapi({ description: 'null: for ever' });

export const retention = z
  .object({ name: z.string(), words: z.string(), days, defaultDays: z.int() })
  .openapi('Retention');

export const listRetention = apiRoute({
  method: 'get',
  path: '/retention',
  operationId: 'listRetention',
  summary: 'How long everything is kept',
  tag: 'settings',
  access: { role: 'viewer' },
  responses: {
    200: {
      description: 'All of it',
      content: json(z.object({ items: z.array(retention), next: z.null() })),
    },
  },
});

export const setRetention = apiRoute({
  method: 'put',
  path: '/retention/{name}',
  operationId: 'setRetention',
  summary: 'Keep something for another time',
  tag: 'settings',
  access: { role: 'owner' },
  request: {
    params: z.object({ name: z.string().max(100) }),
    body: { required: true, content: json(z.object({ days })) },
  },
  responses: { 200: { description: 'As it is now', content: json(retention) } },
});
