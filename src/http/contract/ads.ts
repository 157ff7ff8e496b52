import { z } from '@hono/zod-openapi';
import { inAudience } from './audiences.ts';
import { apiRoute, id, json, moment } from './route.ts';

const adSet = z.object({
  id: z.string().openapi({ description: "Meta's number" }),
  name: z.string(),
  status: z.string().nullable(),
  excluded: z.boolean().openapi({ description: 'Its people are kept out of the ads' }),
});

const ads = z
  .object({
    readAt: moment.nullable().openapi({ description: 'null: never read' }),
    currency: z.string().nullable(),
    refusal: z.string().nullable().openapi({
      description: 'Why Meta did not tell, such as that the token has no ads_read',
    }),
    adSets: z.array(adSet).openapi({ description: 'Of the ad account, that name the audience' }),
  })
  .openapi('Ads');

const figures = z
  .object({
    audienceId: id,
    audience: z.string(),
    impressions: z.int(),
    spend: z.number().openapi({ description: 'In the currency of the ad account' }),
    purchases: z.int(),
    currency: z.string().nullable(),
    readAt: moment,
  })
  .openapi('AdFigures');

export const getAds = apiRoute({
  method: 'get',
  path: '/audiences/{audienceId}/ads',
  operationId: 'getAds',
  summary:
    'The ad sets that name its Meta audience; Meta is asked at most once an hour, with refresh once a minute',
  tag: 'audiences',
  access: { role: 'viewer', database: 'audience' },
  request: {
    params: inAudience,
    query: z.object({ refresh: z.enum(['true', 'false']).default('false') }),
  },
  responses: { 200: { description: 'As Meta said it', content: json(ads) } },
});

export const listAdFigures = apiRoute({
  method: 'get',
  path: '/overview/ads',
  operationId: 'listAdFigures',
  summary: 'Impressions and cost of the ad sets that name each audience, as they were read last',
  description: 'An ad set that names several audiences is in the figures of each.',
  tag: 'overview',
  access: { role: 'viewer', database: 'handler' },
  request: {
    query: z.object({
      days: z.coerce.number<number>().int().min(1).max(400).default(30),
      audienceId: id.optional(),
      databaseId: id.optional(),
    }),
  },
  responses: {
    200: {
      description: 'Audiences whose ads were ever read, the most spent first',
      content: json(z.object({ items: z.array(figures) })),
    },
  },
});
