import { z } from '@hono/zod-openapi';
import { inOrder, pageOf } from './page.ts';
import { apiRoute, id, json } from './route.ts';
import { operation } from './runs.ts';

const outgoing = operation
  .omit({ settlesAt: true })
  .extend({
    audienceId: id,
    audience: z.string(),
    adAccount: z.string(),
    runId: id.nullable().openapi({
      description: 'Null: no run’s; people who said no leave at once',
    }),
  })
  .openapi('OutgoingRequest');

export const listOutgoing = apiRoute({
  method: 'get',
  path: '/operations',
  operationId: 'listOutgoing',
  summary:
    'What was sent to Meta lately, the newest first: names of keys and numbers, never a value',
  tag: 'runs',
  access: { role: 'viewer', database: 'handler' },
  request: {
    query: inOrder.extend({ audienceId: id.optional(), databaseId: id.optional() }),
  },
  responses: { 200: { description: 'A page of requests', content: json(pageOf(outgoing)) } },
});
