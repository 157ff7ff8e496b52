import { z } from '@hono/zod-openapi';
import { pageOf, pageQuery } from './page.ts';
import { apiRoute, id, json } from './route.ts';

const inDatabase = z.object({ databaseId: id });

const computed = z.object({
  event: z.string(),
  function: z.enum(['count', 'sum', 'average', 'first', 'last', 'most_frequent']),
  property: z.string().nullable(),
  days: z.number().nullable(),
  as: z.string().nullable().openapi({ description: 'The identifier that it feeds besides' }),
});

const trait = z
  .object({
    id: z.string().openapi({ description: 'Its name' }),
    name: z.string(),
    type: z.enum(['number', 'date', 'boolean', 'text']),
    field: z.string().nullable().openapi({ description: 'null: it is no identifier' }),
    isList: z.boolean(),
    computed: computed.nullable(),
  })
  .openapi('Trait');

export const listTraits = apiRoute({
  method: 'get',
  path: '/databases/{databaseId}/traits',
  operationId: 'listTraits',
  summary: 'Every trait that people have brought, or that is computed from events',
  tag: 'traits',
  access: { role: 'viewer', database: 'database' },
  request: { params: inDatabase, query: pageQuery('name', 'type') },
  responses: { 200: { description: 'A page of traits', content: json(pageOf(trait)) } },
});

export const computeTrait = apiRoute({
  method: 'post',
  path: '/databases/{databaseId}/traits',
  operationId: 'computeTrait',
  summary: 'Make a trait that is worked out from events; it is kept true as events come and age',
  tag: 'traits',
  access: { role: 'editor', database: 'database' },
  request: {
    params: inDatabase,
    body: {
      required: true,
      content: json(
        computed.extend({
          name: z.string().trim().min(1).max(200),
          event: z.string().min(1).max(500),
          property: z.string().min(1).max(500).nullable().default(null),
          days: z.number().positive().max(36_500).nullable().default(null),
          as: z.string().max(100).nullable().default(null),
        }),
      ),
    },
  },
  responses: {
    201: {
      description: 'The trait, and how many people have it',
      content: json(computed.extend({ name: z.string(), people: z.int() })),
    },
  },
});

export const removeTrait = apiRoute({
  method: 'post',
  path: '/databases/{databaseId}/traits/remove',
  operationId: 'removeTrait',
  summary: 'Take a computed trait away from everybody',
  tag: 'traits',
  access: { role: 'editor', database: 'database' },
  request: {
    params: inDatabase,
    body: { required: true, content: json(z.object({ name: z.string().min(1).max(200) })) },
  },
  responses: { 204: { description: 'Gone' } },
});
