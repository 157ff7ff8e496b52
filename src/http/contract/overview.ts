import { z } from '@hono/zod-openapi';
import { inAudience } from './audiences.ts';
import { apiRoute, id, json, moment } from './route.ts';

const need = z
  .object({
    kind: z.enum([
      'held removals',
      'approval',
      'failed run',
      'connection',
      'open opt-outs',
      'overdue erasures',
      'drift',
      'meta says',
    ]),
    severity: z.enum(['act', 'look']).openapi({
      description: '`act`: something stands still until somebody does something',
    }),
    audienceId: id.nullable(),
    audience: z.string().nullable(),
    runId: id.nullable(),
    connection: z.string().nullable(),
    code: z.string().nullable(),
    message: z.string(),
    next: z.string().nullable(),
    link: z.string().nullable().openapi({ description: 'An address at Meta that helps' }),
  })
  .openapi('Need');

const quota = z.object({
  integrationId: id,
  integration: z.string(),
  adAccount: z.string(),
  percentLeft: z.int(),
  restsUntil: moment.nullable(),
});

const overview = z
  .object({
    at: moment,
    sandbox: z.boolean().openapi({ description: 'Some of the figures come from a sandbox' }),
    needs: z.array(need),
    databases: z.array(z.object({ id, name: z.string(), profiles: z.int() })),
    integrations: z.int(),
    audiences: z.object({
      total: z.int(),
      byState: z.record(z.string(), z.int()),
      members: z.int().openapi({ description: 'Exact; somebody in two audiences counts twice' }),
      oldestSynchronizedAt: moment.nullable().openapi({
        description:
          'Of active audiences, the longest ago that one was in step; null: none, or one never was',
      }),
    }),
    quotas: z.array(quota),
  })
  .openapi('Overview');

export const getOverview = apiRoute({
  method: 'get',
  path: '/overview',
  operationId: 'getOverview',
  summary: 'What needs somebody, and how everything is',
  tag: 'overview',
  access: { role: 'viewer', database: 'handler' },
  request: { query: z.object({ databaseId: id.optional() }) },
  responses: { 200: { description: 'The overview', content: json(overview) } },
});

const flow = z
  .object({
    zone: z.string(),
    days: z.array(
      z.object({
        day: z.iso.date(),
        added: z.int(),
        removed: z.int(),
        rejected: z.int(),
        runs: z.int(),
        runsFailed: z.int(),
      }),
    ),
  })
  .openapi('Flow');

const flowQuery = z.object({
  days: z.coerce.number<number>().int().min(1).max(400).default(30),
  zone: z.string().max(64).default('UTC').openapi({ description: 'Such as Europe/Berlin' }),
});

export const getFlow = apiRoute({
  method: 'get',
  path: '/overview/flow',
  operationId: 'getFlow',
  summary: 'People added and removed at Meta, day by day',
  tag: 'overview',
  access: { role: 'viewer', database: 'handler' },
  request: { query: flowQuery.extend({ databaseId: id.optional(), integrationId: id.optional() }) },
  responses: { 200: { description: 'Until today, the oldest day first', content: json(flow) } },
});

export const getAudienceFlow = apiRoute({
  method: 'get',
  path: '/audiences/{audienceId}/flow',
  operationId: 'getAudienceFlow',
  summary: 'People added and removed at Meta, day by day, of one audience',
  tag: 'audiences',
  access: { role: 'viewer', database: 'audience' },
  request: { params: inAudience, query: flowQuery },
  responses: { 200: { description: 'Until today, the oldest day first', content: json(flow) } },
});

const delivery = z
  .object({
    runs: z.int(),
    runsFailed: z.int(),
    requests: z.int(),
    accepted: z.int().openapi({ description: 'Rows that Meta took' }),
    rejected: z.int().openapi({ description: 'Rows that Meta refused one by one' }),
    unknown: z.int().openapi({ description: 'Rows that Meta called invalid without saying which' }),
    failed: z.int().openapi({ description: 'Rows that runs left undone because they failed' }),
    reasons: z.array(
      z.object({
        kind: z.enum(['meta', 'value', 'run']).openapi({
          description:
            'meta: rows that Meta refused; value: people of whom a value cannot be used, once a run; run: failed runs by code',
        }),
        reason: z.string(),
        count: z.int(),
      }),
    ),
  })
  .openapi('Delivery');

const deliveryQuery = flowQuery.pick({ days: true });

const ofPeriod = { 200: { description: 'Of the runs that ended since', content: json(delivery) } };

export const getDelivery = apiRoute({
  method: 'get',
  path: '/overview/delivery',
  operationId: 'getDelivery',
  summary: 'What became of all that was sent in a period, with the reasons of what did not arrive',
  tag: 'overview',
  access: { role: 'viewer', database: 'handler' },
  request: {
    query: deliveryQuery.extend({ databaseId: id.optional(), integrationId: id.optional() }),
  },
  responses: ofPeriod,
});

export const getAudienceDelivery = apiRoute({
  method: 'get',
  path: '/audiences/{audienceId}/delivery',
  operationId: 'getAudienceDelivery',
  summary: 'What became of all that was sent of an audience in a period, with the reasons',
  tag: 'audiences',
  access: { role: 'viewer', database: 'audience' },
  request: { params: inAudience, query: deliveryQuery },
  responses: ofPeriod,
});
