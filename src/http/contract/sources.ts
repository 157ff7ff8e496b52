import { z } from '@hono/zod-openapi';
import { pageOf, pageQuery } from './page.ts';
import { apiRoute, id, json, moment } from './route.ts';

/** As store/sources.ts has them; a test holds the two equal. */
export const kindsOfSource = [
  ...(['postgres', 'redshift', 'mysql', 'sqlite'] as const),
  ...(['clickhouse', 'bigquery', 'snowflake', 'databricks'] as const),
  ...(['folder', 'https', 's3', 'sftp'] as const),
] as const;

const settings = z.object({
  pattern: z.string().max(500).optional(),
  files: z.enum(['each', 'together']).optional(),
  marker: z.string().max(500).optional(),
  hostKey: z.string().max(500).optional(),
  region: z.string().max(100).optional(),
  endpoint: z.string().max(2_000).optional(),
  timeout: z
    .string()
    .regex(/^[1-9]\d{0,5}$/)
    .optional()
    .openapi({ description: 'Seconds that a statement may take' }),
});

export const source = z
  .object({
    id,
    name: z.string(),
    type: z.enum(kindsOfSource),
    place: z.string().openapi({ description: 'Where it is: never a user or a password' }),
    allowPrivate: z.boolean(),
    settings: z.record(z.string(), z.string()),
    untested: z
      .boolean()
      .openapi({ description: 'This driver was never tried against the real service' }),
    models: z.array(z.string()),
    createdAt: moment,
  })
  .openapi('Source');

const inSource = z.object({ sourceId: id });

export const listSources = apiRoute({
  method: 'get',
  path: '/sources',
  operationId: 'listSources',
  summary: 'Databases and places of files that people come from',
  tag: 'sources',
  access: { role: 'viewer' },
  request: {
    query: pageQuery('name', 'type', 'createdAt').extend({ name: z.string().max(500).optional() }),
  },
  responses: { 200: { description: 'A page of sources', content: json(pageOf(source)) } },
});

export const getSource = apiRoute({
  method: 'get',
  path: '/sources/{sourceId}',
  operationId: 'getSource',
  summary: 'One source',
  tag: 'sources',
  access: { role: 'viewer' },
  request: { params: inSource },
  responses: { 200: { description: 'The source', content: json(source) } },
});

export const createSource = apiRoute({
  method: 'post',
  path: '/sources',
  operationId: 'createSource',
  summary: 'Connect a source: it is asked first, and its password is kept sealed',
  tag: 'sources',
  access: { role: 'admin', credentials: true },
  request: {
    body: {
      required: true,
      content: json(
        z.object({
          name: z.string().trim().min(1).max(200),
          type: z.enum(kindsOfSource),
          url: z.string().min(1).max(4_000).openapi({
            description:
              'With user and password; of a folder or an SQLite file its path on the server, which takes the role owner',
          }),
          secret: z.string().max(20_000).nullable().default(null),
          settings: settings.default({}),
          allowPrivate: z.boolean().default(false),
        }),
      ),
    },
  },
  responses: {
    201: {
      description: 'The source, and what answered',
      content: json(source.extend({ server: z.string() })),
    },
  },
});

export const testSource = apiRoute({
  method: 'post',
  path: '/sources/{sourceId}/test',
  operationId: 'testSource',
  summary: 'Connect to a source and say what answers',
  tag: 'sources',
  access: { role: 'editor' },
  request: { params: inSource },
  responses: {
    200: { description: 'What answered', content: json(z.object({ server: z.string() })) },
  },
});

export const removeSource = apiRoute({
  method: 'delete',
  path: '/sources/{sourceId}',
  operationId: 'removeSource',
  summary: 'Forget a source and its password; refused while a model reads it',
  tag: 'sources',
  access: { role: 'admin', credentials: true },
  request: { params: inSource },
  responses: { 204: { description: 'Gone' } },
});
