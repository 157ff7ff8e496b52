import { z } from '@hono/zod-openapi';
import { atMeta, audience } from './audiences.ts';
import { check, diagnosis, stop } from './connections.ts';
import { apiRoute, json, moment } from './route.ts';

const status = z
  .object({
    at: moment,
    dataDirectory: z.string(),
    server: z.object({
      version: z.string().openapi({ description: 'Of PostgreSQL' }),
      bytes: z.int(),
      kind: z.enum(['embedded', 'external']),
    }),
    sandbox: z.string().nullable().openapi({ description: 'Where one answers' }),
    databases: z.array(
      z.object({ name: z.string(), profiles: z.int(), defaultCountry: z.string().nullable() }),
    ),
    integrations: z.array(
      z.object({
        name: z.string(),
        database: z.string(),
        adAccount: z.string(),
        sandbox: z.boolean(),
        apiUrl: z.string(),
        enabled: z.boolean(),
        externalIdAllowed: z.boolean(),
        requiredConsents: z.array(z.string()),
        connection: z.string(),
        appId: z.string().nullable(),
        stoppedFor: stop.nullable(),
        connectionStoppedFor: stop.nullable(),
      }),
    ),
    connections: z.array(
      z.object({
        name: z.string(),
        state: z.enum(['ok', 'ends soon', 'Reconnect', 'stopped']),
        words: z.string(),
        next: z.string().nullable(),
        link: z.string().nullable(),
        tokenEndsAt: z.union([moment, z.literal('never')]).nullable(),
      }),
    ),
    quotas: z.array(
      z.object({
        integration: z.string(),
        adAccount: z.string(),
        percentLeft: z.int(),
        paceMs: z.number(),
        restsUntil: moment.nullable(),
      }),
    ),
    audiences: z.array(
      audience.extend({
        sandbox: z.boolean().nullable(),
        atMeta: atMeta.nullable(),
        atSandbox: z
          .object({ rowsHeld: z.int(), peopleMatched: z.int() })
          .nullable()
          .openapi({ description: 'What a sandbox holds; Meta never tells that' }),
        finishesAt: moment.nullable(),
      }),
    ),
    optOuts: z
      .array(
        z.object({
          audience: z.string(),
          metaAudienceId: z.string(),
          rows: z.int(),
          state: z.string(),
          refusal: z.string().nullable(),
          openedAt: moment,
          sentAt: moment.nullable(),
          nextAt: moment.nullable(),
        }),
      )
      .openapi({ description: 'Who has to leave and has not' }),
    drifts: z.array(z.object({ audience: z.string(), checkedAt: moment, people: z.int() })),
    erasuresOverdue: z.int(),
    imports: z.array(
      z.object({
        database: z.string(),
        file: z.string(),
        state: z.enum(['reading', 'done', 'failed']),
        counts: z.record(z.string(), z.unknown()).nullable(),
        startedAt: moment,
        finishedAt: moment.nullable(),
      }),
    ),
    versionWarning: z.string().nullable(),
    next: z.string().openapi({ description: 'The command that helps most now' }),
  })
  .openapi('Status');

export const getStatus = apiRoute({
  method: 'get',
  path: '/status',
  operationId: 'getStatus',
  summary:
    'What runs, what waits, what failed last, and what to do next, as `muster status` has it',
  tag: 'overview',
  access: { role: 'viewer', database: 'handler' },
  responses: { 200: { description: 'One reading, one moment', content: json(status) } },
});

const diagnoses = z
  .object({
    ok: z.boolean(),
    connections: z.array(diagnosis),
    installation: z.array(check).openapi({ description: 'What it needs besides Meta' }),
  })
  .openapi('Diagnoses');

export const diagnose = apiRoute({
  method: 'post',
  path: '/doctor',
  operationId: 'diagnose',
  summary:
    'The check-list of all connections and the installation; what had stopped and passes goes on',
  tag: 'overview',
  access: { role: 'admin' },
  request: {
    body: {
      content: json(
        z.object({
          connection: z
            .string()
            .max(500)
            .nullable()
            .default(null)
            .openapi({ description: 'Only that of this name, and nothing of the installation' }),
        }),
      ),
    },
  },
  responses: { 200: { description: 'What was found', content: json(diagnoses) } },
});
