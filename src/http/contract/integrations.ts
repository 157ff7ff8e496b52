import { z } from '@hono/zod-openapi';
import { stop } from './connections.ts';
import { ifMatch } from './if-match.ts';
import { pageOf, pageQuery } from './page.ts';
import { apiRoute, id, json, moment } from './route.ts';

const integration = z
  .object({
    id,
    name: z.string(),
    databaseId: id,
    database: z.string(),
    connectionId: id,
    connection: z.string(),
    adAccount: z.string(),
    sandbox: z.boolean(),
    enabled: z.boolean(),
    externalIdAllowed: z
      .boolean()
      .openapi({ description: 'Whether an external id alone is enough to be sent' }),
    requiredConsents: z
      .array(z.string())
      .openapi({ description: 'Only who said yes to all of these is sent' }),
    stopped: stop.nullable(),
    quotaLeftPercent: z.int(),
    quotaRestsUntil: moment.nullable(),
  })
  .openapi('Integration');

const inIntegration = z.object({ integrationId: id });

export const listIntegrations = apiRoute({
  method: 'get',
  path: '/integrations',
  operationId: 'listIntegrations',
  summary: 'Databases tied to ad accounts',
  tag: 'integrations',
  access: { role: 'viewer', database: 'handler' },
  request: {
    query: pageQuery('name', 'database', 'adAccount').extend({
      name: z.string().max(500).optional(),
      databaseId: id.optional(),
    }),
  },
  responses: { 200: { description: 'A page of integrations', content: json(pageOf(integration)) } },
});

export const getIntegration = apiRoute({
  method: 'get',
  path: '/integrations/{integrationId}',
  operationId: 'getIntegration',
  summary: 'One integration',
  tag: 'integrations',
  access: { role: 'viewer', database: 'integration' },
  request: { params: inIntegration },
  responses: { 200: { description: 'The integration', content: json(integration) } },
});

/** What may be changed; absent: as it is. */
export const wish = z.object({
  name: z.string().trim().min(1).max(200).optional(),
  enabled: z.boolean().optional(),
  externalIdAllowed: z.boolean().optional(),
  requiredConsents: z.array(z.string().trim().min(1).max(200)).max(50).optional(),
});

export const editIntegration = apiRoute({
  method: 'patch',
  path: '/integrations/{integrationId}',
  operationId: 'editIntegration',
  summary: 'Rename, switch, and say who may be sent through it',
  tag: 'integrations',
  access: { role: 'admin', database: 'integration' },
  request: {
    params: inIntegration,
    headers: ifMatch,
    body: {
      required: true,
      content: json(wish),
    },
  },
  responses: { 200: { description: 'The integration', content: json(integration) } },
});

export const removeIntegration = apiRoute({
  method: 'post',
  path: '/integrations/{integrationId}/remove',
  operationId: 'removeIntegration',
  summary: 'Forget an integration, and its token where no other uses it',
  tag: 'integrations',
  access: { role: 'admin', credentials: true, database: 'integration' },
  request: {
    params: inIntegration,
    body: {
      required: true,
      content: json(z.object({ confirm: z.string().openapi({ description: 'Its name, typed' }) })),
    },
  },
  responses: {
    200: { description: 'Gone', content: json(z.object({ tokenForgotten: z.boolean() })) },
  },
});
