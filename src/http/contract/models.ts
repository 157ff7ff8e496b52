import { z } from '@hono/zod-openapi';
import { ifMatch } from './if-match.ts';
import { pageOf, pageQuery } from './page.ts';
import { counts, modelRun, modes } from './model-reports.ts';
import { replayOffer } from './replay-offer.ts';
import { apiRoute, id, json } from './route.ts';

export const model = z
  .object({
    id,
    name: z.string(),
    databaseId: id,
    database: z.string(),
    sourceId: id,
    source: z.string(),
    sql: z.string(),
    idColumn: z.string(),
    map: z.string().nullable(),
    mode: z.enum(modes),
    enabled: z.boolean(),
    audience: z.string().nullable(),
    lastRun: modelRun.nullable(),
  })
  .openapi('Model');

const mapping = {
  mapped: z.record(z.string(), z.string()).openapi({
    description: 'Column → identifier, consent or consent to a category',
  }),
  traits: z.array(z.string()),
  ignored: z.array(z.string()),
  hints: z.array(z.object({ column: z.string(), key: z.string() })).openapi({
    description: 'Columns that hold e-mail addresses or phone numbers and are not mapped',
  }),
};

export const preview = z
  .object({
    columns: z.array(z.string()),
    idColumn: z.string(),
    ...mapping,
    rows: z.array(z.array(z.string())),
    masked: z.boolean(),
  })
  .openapi('ModelPreview');

export const inModel = z.object({ modelId: id });

export const listModels = apiRoute({
  method: 'get',
  path: '/models',
  operationId: 'listModels',
  summary: 'Models: a query or files of a source, and how they become people',
  tag: 'models',
  access: { role: 'viewer', database: 'handler' },
  request: {
    query: pageQuery('name', 'source', 'database').extend({
      name: z.string().max(500).optional(),
      databaseId: id.optional(),
      sourceId: id.optional(),
    }),
  },
  responses: { 200: { description: 'A page of models', content: json(pageOf(model)) } },
});

export const getModel = apiRoute({
  method: 'get',
  path: '/models/{modelId}',
  operationId: 'getModel',
  summary: 'One model',
  tag: 'models',
  access: { role: 'viewer', database: 'model' },
  request: { params: inModel },
  responses: { 200: { description: 'The model', content: json(model) } },
});

const sql = z.string().max(65_535).openapi({ description: 'One statement; empty for files' });
const map = z.string().max(100_000).nullable().openapi({
  description: 'KEY=COLUMN or KEY=EXPRESSION, parted by commas; null: by the names of the columns',
});

export const previewModel = apiRoute({
  method: 'post',
  path: '/models/preview',
  operationId: 'previewModel',
  summary: 'The first ten rows of a query or file, and what each column would be taken as',
  tag: 'models',
  access: { role: 'editor' },
  request: {
    body: {
      required: true,
      content: json(
        z.object({
          sourceId: id,
          sql: sql.default(''),
          idColumn: z.string().max(500).nullable().default(null).openapi({
            description: 'null: found by its name, as id, customer_id …, or else the first one',
          }),
          map: map.default(null),
        }),
      ),
    },
  },
  responses: { 200: { description: 'What it gives', content: json(preview) } },
});

export const createModel = apiRoute({
  method: 'post',
  path: '/models',
  operationId: 'createModel',
  summary: 'Make a model; it is read once, so that one that cannot work is never kept',
  tag: 'models',
  access: { role: 'editor', database: 'handler' },
  request: {
    body: {
      required: true,
      content: json(
        z.object({
          name: z.string().trim().min(1).max(200),
          sourceId: id,
          databaseId: id,
          sql: sql.default(''),
          idColumn: z.string().min(1).max(500),
          map: map.default(null),
          mode: z.enum(modes).default('mirror'),
        }),
      ),
    },
  },
  responses: { 201: { description: 'The model', content: json(model) } },
});

/** What may be changed; absent: as it is. */
export const wish = z.object({
  sql: sql.optional(),
  map: map.optional(),
  mode: z.enum(modes).optional(),
  enabled: z.boolean().optional(),
  dryRun: z.boolean().default(false).openapi({ description: 'Count, and change nothing' }),
});

export const editModel = apiRoute({
  method: 'patch',
  path: '/models/{modelId}',
  operationId: 'editModel',
  summary: 'Change query, mapping, mode or switch; says how many people it touches',
  tag: 'models',
  access: { role: 'editor', database: 'model' },
  request: {
    params: inModel,
    headers: ifMatch,
    body: {
      required: true,
      content: json(wish),
    },
  },
  responses: {
    200: {
      description: 'The model, and whom the change touches; they change with its next run',
      content: json(
        z.object({
          model,
          changed: z.boolean(),
          touches: counts.nullable().openapi({ description: 'null: nobody was counted' }),
          resync: z.boolean().openapi({
            description:
              'What Meta has was made by the mapping before: replaying its audiences sends everybody again',
          }),
          replay: replayOffer,
        }),
      ),
    },
  },
});

export const removeModel = apiRoute({
  method: 'delete',
  path: '/models/{modelId}',
  operationId: 'removeModel',
  summary: 'Take a model away; its people stay',
  tag: 'models',
  access: { role: 'editor', database: 'model' },
  request: { params: inModel },
  responses: { 204: { description: 'Gone' } },
});

export const duplicateModel = apiRoute({
  method: 'post',
  path: '/models/{modelId}/duplicate',
  operationId: 'duplicateModel',
  summary: 'A copy with the same mapping, switched off',
  tag: 'models',
  access: { role: 'editor', database: 'model' },
  request: { params: inModel },
  responses: { 201: { description: 'The copy', content: json(model) } },
});

const testRecord = z
  .object({
    model: z.string(),
    externalId: z.string(),
    given: z.array(z.object({ key: z.string(), from: z.string(), value: z.string() })),
    unusable: z.array(z.object({ key: z.string(), reason: z.string() })),
    consent: z.boolean().nullable(),
    withheld: z.string().nullable(),
    request: z
      .object({
        method: z.literal('POST'),
        path: z.string(),
        body: z.object({
          payload: z.object({ schema: z.array(z.string()), data: z.array(z.array(z.unknown())) }),
        }),
      })
      .nullable(),
    answer: z
      .object({
        outcome: z.string(),
        httpStatus: z.int().nullable(),
        received: z.int().nullable(),
        invalid: z.int().nullable(),
        said: z.string().nullable(),
        metaAudience: z.object({ id: z.string(), name: z.string(), kept: z.boolean() }),
      })
      .nullable(),
  })
  .openapi('TestRecord');

export const testModel = apiRoute({
  method: 'post',
  path: '/models/{modelId}/test',
  operationId: 'testModel',
  summary: 'One record through mapping and hashing: the request it makes, and sent, the answer',
  tag: 'models',
  access: { role: 'editor', database: 'model' },
  request: {
    params: inModel,
    body: {
      required: true,
      content: json(
        z.object({
          externalId: z.string().max(500).nullable().default(null).openapi({
            description: 'null: the first record',
          }),
          send: z
            .object({ integrationId: id, keep: z.boolean().default(false) })
            .nullable()
            .default(null)
            .openapi({ description: 'Send it, to a Meta audience made for it; null: look only' }),
        }),
      ),
    },
  },
  responses: { 200: { description: 'What becomes of it', content: json(testRecord) } },
});

export const giveModelAudience = apiRoute({
  method: 'post',
  path: '/models/{modelId}/audience',
  operationId: 'giveModelAudience',
  summary: 'Make an audience of the people of a model, or connect one at Meta',
  tag: 'models',
  access: { role: 'editor', database: 'model' },
  request: {
    params: inModel,
    body: {
      required: true,
      content: json(
        z.object({
          name: z.string().trim().min(1).max(200),
          integrationId: id,
          connect: z
            .string()
            .regex(/^\d{1,30}$/)
            .nullable()
            .default(null)
            .openapi({ description: 'An audience at Meta; null: a new one is made' }),
        }),
      ),
    },
  },
  responses: {
    201: {
      description: 'The audience',
      content: json(
        z.object({
          audience: z.string(),
          metaAudienceId: z.string(),
          operation: z.enum(['create', 'connect']),
          trait: z.string(),
        }),
      ),
    },
  },
});
