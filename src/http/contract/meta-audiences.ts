import { z } from '@hono/zod-openapi';
import { pageOf, pageQuery } from './page.ts';
import { apiRoute, id, json, moment } from './route.ts';

const metaAudience = z
  .object({
    id: z.string().openapi({ description: "Meta's number" }),
    name: z.string(),
    subtype: z.string().nullable(),
    type: z.string(),
    valueBased: z.boolean(),
    linkable: z.boolean(),
    reason: z.string().nullable().openapi({ description: 'Why it cannot be linked' }),
    linkedTo: z.string().nullable(),
    size: z.string(),
    sizeLowest: z.int().nullable(),
    sizeHighest: z.int().nullable(),
    createdAt: moment.nullable(),
  })
  .openapi('MetaAudience');

export const listMetaAudiences = apiRoute({
  method: 'get',
  path: '/integrations/{integrationId}/meta-audiences',
  operationId: 'listMetaAudiences',
  summary:
    'All audiences of the ad account, with what keeps each from being linked; Meta is asked now',
  tag: 'Meta audiences',
  access: { role: 'viewer', database: 'integration' },
  request: {
    params: z.object({ integrationId: id }),
    query: pageQuery('name', 'createdAt').extend({
      search: z.string().max(200).default(''),
      linkable: z.enum(['true', 'false']).optional(),
      adAccount: z
        .string()
        .regex(/^act_[0-9]{1,30}$/)
        .optional()
        .openapi({ description: 'Another ad account that the same login reaches' }),
    }),
  },
  responses: {
    200: {
      description: 'A page of Meta audiences',
      content: json(
        pageOf(metaAudience).extend({
          adAccount: z.string(),
          customerLists: z.int(),
          customerListsMax: z.int(),
        }),
      ),
    },
  },
});
