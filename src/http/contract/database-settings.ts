import { z } from '@hono/zod-openapi';
import { ifMatch } from './if-match.ts';
import { replayOffer } from './replay-offer.ts';
import { apiRoute, id, json } from './route.ts';

const inDatabase = z.object({ databaseId: id });

const several = z.enum(['all', 'first', 'last']);

/** As identifiers/setting.ts has them; a test holds the two equal. */
export const normalising = z
  .object({
    externalId: z.enum(['as-is', 'sha256']),
    dateOrder: z.enum(['held-back', 'day-first', 'month-first']),
    nameSpaces: z.enum(['single', 'removed']),
    placeAccents: z.enum(['transliterated', 'dropped', 'kept']),
    canadianProvinces: z.enum(['code', 'name']),
    postcodeDashes: z.enum(['kept', 'dropped']),
    ukPostcodes: z.enum(['sector', 'full']),
    emails: several,
    phones: several,
    mobileAdIds: several,
    limitedDataUse: z.enum(['off', 'californians']),
  })
  .partial()
  .openapi('Normalising', { description: 'Rules that Meta leaves open; those that were chosen' });

const settings = z
  .object({
    defaultCountry: z.string().nullable(),
    unknownConsent: z.enum(['passes', 'blocks']).openapi({
      description: 'Whether people of whom no consent is known may be sent',
    }),
    expectedEveryMinutes: z.int().nullable(),
    approval: z
      .object({ peopleAtMost: z.int().nullable(), removalsAtMost: z.int().nullable() })
      .openapi({ description: 'A run that concerns more waits for a second person; null: none' }),
    normalising,
    requiredConsents: z
      .array(
        z.object({ integrationId: id, integration: z.string(), categories: z.array(z.string()) }),
      )
      .openapi({ description: 'Which consent each integration asks for besides' }),
  })
  .openapi('DatabaseSettings');

export const getDatabaseSettings = apiRoute({
  method: 'get',
  path: '/databases/{databaseId}/settings',
  operationId: 'getDatabaseSettings',
  summary: 'How values are read, who may be sent, and which consent is asked for',
  tag: 'databases',
  access: { role: 'viewer', database: 'database' },
  request: { params: inDatabase },
  responses: { 200: { description: 'The settings', content: json(settings) } },
});

/** What may be changed; absent: as it is. */
export const wish = z.object({
  defaultCountry: z.string().min(2).max(60).optional(),
  unknownConsent: z.enum(['passes', 'blocks']).optional(),
  expectedEveryMinutes: z.int().min(1).max(144_000_000).nullable().optional(),
  approval: z
    .object({
      peopleAtMost: z.int().min(0).max(2_000_000_000).nullable(),
      removalsAtMost: z.int().min(0).max(2_000_000_000).nullable(),
    })
    .partial()
    .optional(),
  normalising: normalising.default({}),
  dryRun: z.boolean().default(false),
});

export const setDatabaseSettings = apiRoute({
  method: 'patch',
  path: '/databases/{databaseId}/settings',
  operationId: 'setDatabaseSettings',
  summary:
    'Change them; what comes out otherwise is made anew at once, and says for how many people',
  tag: 'databases',
  access: { role: 'admin', database: 'database' },
  request: {
    params: inDatabase,
    headers: ifMatch,
    body: {
      required: true,
      content: json(wish),
    },
  },
  responses: {
    200: {
      description: 'The settings, and whose rows come out otherwise',
      content: json(
        z.object({ settings, changed: z.boolean(), touched: z.int(), replay: replayOffer }),
      ),
    },
  },
});
