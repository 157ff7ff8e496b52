import { z } from '@hono/zod-openapi';
import { pageOf, pageQuery } from './page.ts';
import { apiRoute, id, json, moment } from './route.ts';

const inDatabase = z.object({ databaseId: id });

const writeKey = z
  .object({
    id,
    name: z.string(),
    hint: z.string().openapi({ description: 'Its last characters' }),
    createdAt: moment,
    endsAt: moment.nullable().openapi({ description: 'null: never' }),
    lastUsedAt: moment.nullable(),
    revokedAt: moment.nullable(),
  })
  .openapi('WriteKey');

export const listWriteKeys = apiRoute({
  method: 'get',
  path: '/databases/{databaseId}/write-keys',
  operationId: 'listWriteKeys',
  summary: 'Keys that may send events into a database, and nothing else',
  tag: 'write keys',
  access: { role: 'viewer', database: 'database' },
  request: { params: inDatabase, query: pageQuery('name', 'createdAt') },
  responses: { 200: { description: 'A page of keys', content: json(pageOf(writeKey)) } },
});

export const createWriteKey = apiRoute({
  method: 'post',
  path: '/databases/{databaseId}/write-keys',
  operationId: 'createWriteKey',
  summary: 'Make a write key; it is shown this once',
  tag: 'write keys',
  access: { role: 'admin', credentials: true, shownOnce: true, database: 'database' },
  request: {
    params: inDatabase,
    body: {
      required: true,
      content: json(
        z.object({
          name: z.string().trim().min(1).max(200).default('write key'),
          days: z.int().min(1).max(3_650).nullable().default(null).openapi({
            description: 'Until it ends; null: never',
          }),
        }),
      ),
    },
  },
  responses: {
    201: { description: 'The key', content: json(writeKey.extend({ key: z.string() })) },
  },
});

export const revokeWriteKey = apiRoute({
  method: 'post',
  path: '/databases/{databaseId}/write-keys/{writeKeyId}/revoke',
  operationId: 'revokeWriteKey',
  summary: 'From now on nothing is taken by this key',
  tag: 'write keys',
  access: { role: 'admin', credentials: true, database: 'database' },
  request: { params: inDatabase.extend({ writeKeyId: id }) },
  responses: { 200: { description: 'The key', content: json(writeKey) } },
});
