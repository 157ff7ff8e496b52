import { z } from '@hono/zod-openapi';
import { ifMatch } from './if-match.ts';
import { pageOf, pageQuery } from './page.ts';
import { apiRoute, id, json, moment } from './route.ts';

export const alert = z
  .object({
    id,
    kind: z
      .string()
      .openapi({ description: 'Such as `run failed`; docs/guide/alerts.md has them all' }),
    subject: z.string().openapi({ description: 'The audience, connection, model or database' }),
    databaseId: id.nullable(),
    database: z.string().nullable(),
    title: z.string(),
    text: z.string().openapi({ description: 'What was measured' }),
    next: z.string().openapi({ description: 'What to do' }),
    openedAt: moment,
    toldAt: moment,
    reminders: z.int(),
    silencedUntil: moment.nullable(),
    resolvedAt: moment.nullable(),
    detail: z.record(z.string(), z.unknown()),
  })
  .openapi('Alert');

const inAlert = z.object({ alertId: id });

export const listAlerts = apiRoute({
  method: 'get',
  path: '/alerts',
  operationId: 'listAlerts',
  summary: 'What needs somebody; with `all` also what is over, the last thousand',
  tag: 'alerts',
  access: { role: 'viewer', database: 'handler' },
  request: {
    query: pageQuery('openedAt', 'kind', 'subject').extend({
      all: z.enum(['true', 'false']).default('false'),
      kind: z.string().max(100).optional(),
    }),
  },
  responses: { 200: { description: 'A page of alerts', content: json(pageOf(alert)) } },
});

export const getAlert = apiRoute({
  method: 'get',
  path: '/alerts/{alertId}',
  operationId: 'getAlert',
  summary: 'One alert',
  tag: 'alerts',
  access: { role: 'viewer', database: 'handler' },
  request: { params: inAlert },
  responses: { 200: { description: 'The alert', content: json(alert) } },
});

export const silenceAlert = apiRoute({
  method: 'post',
  path: '/alerts/{alertId}/silence',
  operationId: 'silenceAlert',
  summary: 'No reminders of it for some days; 0 lets it be told again',
  tag: 'alerts',
  access: { role: 'editor', database: 'handler' },
  request: {
    params: inAlert,
    body: { required: true, content: json(z.object({ days: z.int().min(0).max(365) })) },
  },
  responses: { 200: { description: 'The alert', content: json(alert) } },
});

export const alertRules = z
  .object({
    deliveryBelowPercent: z.int().min(0).max(100),
    jumpPercent: z.int().min(1).max(1_000),
    jumpPeopleMin: z.int().min(0).max(1_000_000_000),
    remindHours: z.int().min(0).max(8_760).openapi({ description: '0: never' }),
  })
  .openapi('AlertRules');

export const getAlertRules = apiRoute({
  method: 'get',
  path: '/alert-rules',
  operationId: 'getAlertRules',
  summary: 'From when on people are told, and how often',
  tag: 'alerts',
  access: { role: 'viewer' },
  responses: { 200: { description: 'The rules', content: json(alertRules) } },
});

export const setAlertRules = apiRoute({
  method: 'put',
  path: '/alert-rules',
  operationId: 'setAlertRules',
  summary: 'Change them',
  tag: 'alerts',
  access: { role: 'admin' },
  request: { headers: ifMatch, body: { required: true, content: json(alertRules) } },
  responses: { 200: { description: 'The rules', content: json(alertRules) } },
});
