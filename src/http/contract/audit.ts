import { z } from '@hono/zod-openapi';
import { inOrder, pageOf } from './page.ts';
import { apiRoute, id, json, moment } from './route.ts';

const auditEntry = z
  .object({
    id,
    at: moment,
    actor: z.object({
      kind: z.enum(['user', 'key', 'terminal', 'nobody']),
      id: z.string().nullable(),
      name: z.string(),
    }),
    action: z.string(),
    databaseId: id.nullable(),
    subject: z.string().nullable(),
    detail: z.record(z.string(), z.unknown()).nullable(),
    hash: z.string().openapi({ description: 'Holds the hash of the entry before' }),
  })
  .openapi('AuditEntry');

export const listAudit = apiRoute({
  method: 'get',
  path: '/audit',
  operationId: 'listAudit',
  summary: 'Who changed what, and who saw personal data; the newest first',
  tag: 'audit',
  access: { role: 'admin', database: 'handler' },
  request: {
    query: inOrder.omit({ fields: true }).extend({
      action: z.string().max(200).optional(),
      by: z.string().max(200).optional().openapi({ description: 'The name of who did it' }),
    }),
  },
  responses: { 200: { description: 'A page of entries', content: json(pageOf(auditEntry)) } },
});

export const verifyAudit = apiRoute({
  method: 'get',
  path: '/audit/verify',
  operationId: 'verifyAudit',
  summary: 'Whether every entry is still as it was written',
  tag: 'audit',
  access: { role: 'admin' },
  request: {
    query: z.object({
      head: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .optional()
        .openapi({ description: 'The head that an earlier call gave' }),
    }),
  },
  responses: {
    200: {
      description: 'What was found',
      content: json(
        z.object({
          entries: z.int(),
          brokenAt: id.nullable().openapi({ description: 'The first entry that does not fit' }),
          head: z.string().nullable(),
          knownHead: z.boolean().nullable(),
        }),
      ),
    },
  },
});
