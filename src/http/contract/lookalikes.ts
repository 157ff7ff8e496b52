import { z } from '@hono/zod-openapi';
import { inAudience } from './audiences.ts';
import { apiRoute, json } from './route.ts';

const lookalike = z
  .object({
    metaAudienceId: z.string(),
    name: z.string(),
    countries: z.array(z.string()),
    ratio: z.number().nullable(),
    byValue: z.boolean(),
    size: z.string(),
    sizeLowest: z.int().nullable(),
    sizeHighest: z.int().nullable(),
    status: z.string(),
  })
  .openapi('Lookalike');

export const listLookalikes = apiRoute({
  method: 'get',
  path: '/audiences/{audienceId}/lookalikes',
  operationId: 'listLookalikes',
  summary: 'Lookalikes that grow from an audience, whoever made them, as Meta has them now',
  tag: 'lookalikes',
  access: { role: 'viewer', database: 'audience' },
  request: { params: inAudience },
  responses: {
    200: {
      description: 'All of them',
      content: json(z.object({ items: z.array(lookalike), next: z.null() })),
    },
  },
});

export const createLookalike = apiRoute({
  method: 'post',
  path: '/audiences/{audienceId}/lookalikes',
  operationId: 'createLookalike',
  summary: 'Make a lookalike of a linked audience at Meta, once',
  tag: 'lookalikes',
  access: { role: 'editor', database: 'audience' },
  request: {
    params: inAudience,
    body: {
      required: true,
      content: json(
        z.object({
          country: z.string().regex(/^[A-Z]{2}$/),
          percent: z.int().min(1).max(20),
          name: z.string().trim().min(1).max(200).nullable().default(null),
          byValue: z.boolean().default(false).openapi({
            description: 'Refused where the audience is not value-based',
          }),
        }),
      ),
    },
  },
  responses: { 201: { description: 'The lookalike', content: json(lookalike) } },
});

export const deleteLookalike = apiRoute({
  method: 'post',
  path: '/audiences/{audienceId}/lookalikes/{metaAudienceId}/delete',
  operationId: 'deleteLookalike',
  summary: 'Delete a lookalike at Meta, for good',
  tag: 'lookalikes',
  access: { role: 'editor', database: 'audience' },
  request: {
    params: inAudience.extend({ metaAudienceId: z.string().regex(/^\d{1,30}$/) }),
    body: {
      required: true,
      content: json(z.object({ confirm: z.string().openapi({ description: 'Its name, typed' }) })),
    },
  },
  responses: { 204: { description: 'Gone' } },
});
