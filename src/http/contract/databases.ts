import { z } from '@hono/zod-openapi';
import { pageOf, pageQuery } from './page.ts';
import { apiRoute, id, json } from './route.ts';

const database = z
  .object({
    id,
    name: z.string(),
    defaultCountry: z.string().nullable(),
    unknownConsentPasses: z
      .boolean()
      .openapi({ description: 'People are sent of whom no yes or no to marketing is known' }),
    expectedEveryMinutes: z.int().nullable(),
    profiles: z.int(),
  })
  .openapi('Database');

export const listDatabases = apiRoute({
  method: 'get',
  path: '/databases',
  operationId: 'listDatabases',
  summary: 'Databases: each is one population of profiles',
  tag: 'databases',
  access: { role: 'viewer', database: 'handler' },
  request: {
    query: pageQuery('name', 'profiles').extend({ name: z.string().max(200).optional() }),
  },
  responses: { 200: { description: 'A page of databases', content: json(pageOf(database)) } },
});

export const getDatabase = apiRoute({
  method: 'get',
  path: '/databases/{databaseId}',
  operationId: 'getDatabase',
  summary: 'One database',
  tag: 'databases',
  access: { role: 'viewer', database: 'database' },
  request: { params: z.object({ databaseId: id }) },
  responses: { 200: { description: 'The database', content: json(database) } },
});

export const deleteDatabase = apiRoute({
  method: 'post',
  path: '/databases/{databaseId}/delete',
  operationId: 'deleteDatabase',
  summary: 'Removes a database with everything in it, for good; refused while people are at Meta',
  tag: 'databases',
  access: { role: 'owner', database: 'database' },
  request: {
    params: z.object({ databaseId: id }),
    body: {
      required: true,
      content: json(
        z.object({
          confirm: z.string().max(200).openapi({ description: 'Its name, typed' }),
          leavePeople: z.boolean().default(false).openapi({
            description: 'Meta keeps who is there; nobody can take them out from here any more',
          }),
        }),
      ),
    },
  },
  responses: {
    200: {
      description: 'What is gone',
      content: json(
        z
          .object({
            database: z.string(),
            people: z.int(),
            leftAtMeta: z.array(
              z.object({ audience: z.string(), metaAudienceId: z.string(), rows: z.int() }),
            ),
          })
          .openapi('DatabaseDeletion'),
      ),
    },
  },
});

export const createDatabase = apiRoute({
  method: 'post',
  path: '/databases',
  operationId: 'createDatabase',
  summary: 'Makes a database; one of that name that is there already comes back as it is',
  tag: 'databases',
  access: { role: 'owner', database: 'handler' },
  request: {
    body: {
      required: true,
      content: json(z.object({ name: z.string().trim().min(1).max(100) })),
    },
  },
  responses: { 201: { description: 'The database', content: json(database) } },
});
