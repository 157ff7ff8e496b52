import { z } from '@hono/zod-openapi';
import { apiRoute, id, json } from './route.ts';

const inDatabase = z.object({ databaseId: id });

const holdOut = z
  .object({
    percent: z.number().nullable().openapi({ description: 'null: nobody is held out' }),
    heldOut: z.int(),
    people: z.int(),
    left: z.int().openapi({ description: 'People who were in an audience until now' }),
  })
  .openapi('HoldOut');

export const getHoldOut = apiRoute({
  method: 'get',
  path: '/databases/{databaseId}/hold-out',
  operationId: 'getHoldOut',
  summary: 'The share of everybody that is in no audience, to compare with',
  tag: 'kept out',
  access: { role: 'viewer', database: 'database' },
  request: { params: inDatabase },
  responses: { 200: { description: 'The hold-out', content: json(holdOut) } },
});

export const setHoldOut = apiRoute({
  method: 'put',
  path: '/databases/{databaseId}/hold-out',
  operationId: 'setHoldOut',
  summary: 'Hold a share of everybody out of every audience, by a hash of their external id',
  tag: 'kept out',
  access: { role: 'admin', database: 'database' },
  request: {
    params: inDatabase,
    body: {
      required: true,
      content: json(z.object({ percent: z.number().positive().max(50).nullable() })),
    },
  },
  responses: { 200: { description: 'The hold-out', content: json(holdOut) } },
});

const suppressions = z
  .object({
    values: z.record(z.string(), z.int()).openapi({ description: 'By kind' }),
    people: z.int().openapi({ description: 'People who hold one of them' }),
    added: z.int(),
    removed: z.int(),
    left: z.int().openapi({ description: 'People who were in an audience until now' }),
    unusable: z
      .array(z.string())
      .openapi({ description: 'Values that could not be read, by shape' }),
  })
  .openapi('Suppressions');

export const getSuppressions = apiRoute({
  method: 'get',
  path: '/databases/{databaseId}/suppressions',
  operationId: 'getSuppressions',
  summary: 'How many values the suppression list has, and how many people hold one',
  tag: 'kept out',
  access: { role: 'viewer', database: 'database' },
  request: { params: inDatabase },
  responses: { 200: { description: 'The list', content: json(suppressions) } },
});

const named = z.object({
  externalIds: z.array(z.string().min(1).max(500)).max(100_000).default([]),
  emails: z.array(z.string().min(1).max(500)).max(100_000).default([]),
  phones: z.array(z.string().min(1).max(500)).max(100_000).default([]),
});

export const changeSuppressions = apiRoute({
  method: 'post',
  path: '/databases/{databaseId}/suppressions',
  operationId: 'changeSuppressions',
  summary: 'Put values on the list or take them off; whoever holds one is in no audience',
  tag: 'kept out',
  access: { role: 'editor', database: 'database' },
  request: {
    params: inDatabase,
    body: {
      required: true,
      content: json(z.object({ add: named.prefault({}), remove: named.prefault({}) })),
    },
  },
  responses: { 200: { description: 'The list', content: json(suppressions) } },
});
