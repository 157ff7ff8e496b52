import { z } from '@hono/zod-openapi';
import { apiRoute, id, json, moment } from './route.ts';

const inDatabase = z.object({ databaseId: id });
export const ofProfile = inDatabase.extend({ profileId: id });

const values = z.record(z.string(), z.unknown());
const consentAnswer = z.boolean().nullable().openapi({ description: 'null: unknown' });

const categoryConsent = z.object({
  given: z.boolean().optional(),
  basis: z.string().optional(),
  source: z.string().optional(),
  at: z.string().optional(),
  proof: z.string().optional(),
  direct: z.literal(true).optional(),
});

const interaction = z.object({
  kind: z.literal('negative consent'),
  audience: z.string(),
  way: z.string(),
  reason: z.string(),
  since: z.string(),
  until: z.string().nullable(),
});

const change = z.object({
  at: z.string(),
  source: z.string(),
  about: z.string(),
  before: z.unknown(),
  after: z.unknown(),
});

export const profile = z
  .object({
    id,
    databaseId: id,
    database: z.string(),
    externalId: z.string(),
    masked: z
      .boolean()
      .openapi({ description: 'Values are shown by their shape: it takes a right to see them' }),
    consent: consentAnswer,
    consents: z.record(z.string(), categoryConsent),
    optedOut: z
      .boolean()
      .openapi({ description: 'Said no to us directly: files do not overrule it' }),
    identifiers: values,
    traits: values,
    unusable: z.array(z.object({ key: z.string(), reason: z.string() })),
    ids: z.array(z.object({ kind: z.string(), name: z.string() })),
    groups: z
      .array(z.object({ groupId: z.string(), traits: values }))
      .openapi({ description: 'What groups they are in, as group calls said' }),
    saidAt: z.record(z.string(), z.string()).openapi({
      description: 'When the newest call said it, by field and trait; files have no time',
    }),
    events: z.array(
      z.object({ name: z.string(), count: z.int(), firstAt: z.string(), lastAt: z.string() }),
    ),
    audiences: z.array(
      z.object({
        id,
        name: z.string(),
        since: z.string(),
        synchronizedAt: moment.nullable().openapi({
          description: 'When the audience was last brought to Meta',
        }),
      }),
    ),
    negativeConsents: z.array(interaction.omit({ kind: true, until: true })),
    interactions: z.array(interaction),
    history: z.array(change),
    lastEvents: z
      .array(z.object({ name: z.string(), at: z.string(), properties: values }))
      .openapi({ description: 'The newest first; `/events` has them all' }),
    timeline: z.array(
      z.object({
        at: z.string(),
        kind: z.enum(['event', 'change', 'negative consent', 'audience']),
        title: z.string(),
        detail: z.unknown(),
      }),
    ),
  })
  .openapi('Profile');

const found = z
  .object({
    id,
    externalId: z.string(),
    consent: consentAnswer,
    identifiers: values,
    masked: z.boolean(),
  })
  .openapi('FoundProfile');

export const searchProfiles = apiRoute({
  method: 'post',
  path: '/databases/{databaseId}/profiles/search',
  operationId: 'searchProfiles',
  summary: 'Whom a rule finds: by any trait, identifier, consent, event or membership',
  tag: 'profiles',
  access: { role: 'viewer', database: 'database' },
  request: {
    params: inDatabase,
    body: {
      required: true,
      content: json(
        z.object({
          rule: values.nullable().default(null),
          text: z.string().min(1).max(500).nullable().default(null).openapi({
            description:
              'In the external id, an identifier or a trait; it takes the right to see personal data',
          }),
          externalId: z.string().min(1).max(1_000).nullable().default(null).openapi({
            description: 'The one person of this external id, or anonymous:ID',
          }),
          cursor: z.string().max(200).nullable().default(null),
          limit: z.int().min(1).max(500).default(50),
        }),
      ),
    },
  },
  responses: {
    200: {
      description: 'A page of people, in the order in which they came',
      content: json(z.object({ items: z.array(found), next: z.string().nullable() })),
    },
  },
});

export const getProfile = apiRoute({
  method: 'get',
  path: '/databases/{databaseId}/profiles/{profileId}',
  operationId: 'getProfile',
  summary: 'Everything held about one person',
  tag: 'profiles',
  access: { role: 'viewer', database: 'database' },
  request: { params: ofProfile },
  responses: { 200: { description: 'The person', content: json(profile) } },
});

const said = values.openapi({
  description: 'As an identify call says it: identifiers, traits and consent by name; null clears',
});

export const addProfile = apiRoute({
  method: 'post',
  path: '/databases/{databaseId}/profiles',
  operationId: 'addProfile',
  summary: 'Add a person by hand; whoever is there already is changed',
  tag: 'profiles',
  access: { role: 'editor', personalData: true, database: 'database' },
  request: {
    params: inDatabase,
    body: {
      required: true,
      content: json(z.object({ externalId: z.string().min(1).max(500), traits: said })),
    },
  },
  responses: { 201: { description: 'The person', content: json(profile) } },
});

export const editProfile = apiRoute({
  method: 'patch',
  path: '/databases/{databaseId}/profiles/{profileId}',
  operationId: 'editProfile',
  summary: 'Change what is held about a person; what is not named stays',
  tag: 'profiles',
  access: { role: 'editor', personalData: true, database: 'database' },
  request: {
    params: ofProfile,
    body: { required: true, content: json(z.object({ traits: said })) },
  },
  responses: { 200: { description: 'The person', content: json(profile) } },
});

export const deleteProfile = apiRoute({
  method: 'delete',
  path: '/databases/{databaseId}/profiles/{profileId}',
  operationId: 'deleteProfile',
  summary: 'Delete a person; they leave every audience with its next run',
  tag: 'profiles',
  access: { role: 'editor', database: 'database' },
  request: { params: ofProfile },
  responses: { 204: { description: 'Gone' } },
});

export const leaving = z.object({
  audience: z.string(),
  metaAudienceId: z.string(),
  state: z.string(),
});

export const erasure = z
  .object({
    erasureId: id,
    requestedAt: moment,
    state: z.enum(['open', 'settled', 'given up']),
    settledAt: moment.nullable(),
    audiences: z.array(leaving),
    adAccounts: z.array(z.object({ adAccount: z.string(), state: z.string() })),
    mayRemain: z.array(z.string()),
    problem: z.string().nullable(),
  })
  .openapi('Erasure');

export const forgetProfile = apiRoute({
  method: 'post',
  path: '/databases/{databaseId}/profiles/{profileId}/forget',
  operationId: 'forgetProfile',
  summary: 'Forget a person for good, here at once and at Meta as it answers; gives the receipt',
  tag: 'profiles',
  access: { role: 'editor', personalData: true, database: 'database' },
  request: { params: ofProfile },
  responses: { 200: { description: 'How far it is', content: json(erasure) } },
});

export const getErasure = apiRoute({
  method: 'get',
  path: '/databases/{databaseId}/erasures/{erasureId}',
  operationId: 'getErasure',
  summary: 'How far a person is forgotten; once it is settled, the certificate',
  tag: 'profiles',
  access: { role: 'viewer', database: 'database' },
  request: { params: inDatabase.extend({ erasureId: id }) },
  responses: { 200: { description: 'How far it is', content: json(erasure) } },
});

const lane = z
  .object({
    externalId: z.string(),
    consent: z.enum(['yes', 'no']),
    category: z.string(),
    state: z.enum(['left', 'waiting', 'refused', 'nothing to remove']),
    database: z.string(),
    audiences: z.array(
      leaving.extend({
        rows: z.int(),
        refusal: z.string().nullable(),
        openedAt: moment,
        sentAt: moment.nullable(),
        nextAt: moment.nullable().openapi({ description: 'Said next; null: never again' }),
      }),
    ),
    problem: z.string().nullable(),
    seconds: z.number(),
  })
  .openapi('ConsentReport');

export const setConsent = apiRoute({
  method: 'post',
  path: '/databases/{databaseId}/profiles/{profileId}/consent',
  operationId: 'setConsent',
  summary: 'Somebody says yes or no to us directly; a no leaves within 15 seconds',
  tag: 'consent',
  access: { role: 'editor', database: 'database' },
  request: {
    params: ofProfile,
    body: {
      required: true,
      content: json(
        z.object({
          consent: z.enum(['yes', 'no']),
          category: z.string().min(1).max(200).default('marketing'),
          basis: z.string().max(500).optional(),
          source: z.string().max(500).optional(),
          at: moment.optional(),
          proof: z.string().max(2_000).optional(),
        }),
      ),
    },
  },
  responses: { 200: { description: 'What came of it so far', content: json(lane) } },
});

const event = z
  .object({ id: z.string(), name: z.string(), at: moment, receivedAt: moment, properties: values })
  .openapi('Event');

export const listProfileEvents = apiRoute({
  method: 'get',
  path: '/databases/{databaseId}/profiles/{profileId}/events',
  operationId: 'listProfileEvents',
  summary: 'What a person did, the newest first',
  tag: 'events',
  access: { role: 'viewer', database: 'database' },
  request: {
    params: ofProfile,
    query: z.object({
      name: z.string().max(500).optional(),
      cursor: z.string().max(500).optional(),
      limit: z.coerce.number<number>().int().min(1).max(500).default(50),
    }),
  },
  responses: {
    200: {
      description: 'A page of events',
      content: json(z.object({ items: z.array(event), next: z.string().nullable() })),
    },
  },
});

const recentCall = z
  .object({
    id,
    at: moment,
    type: z.string(),
    name: z.string().nullable(),
    accepted: z.boolean(),
    reason: z.string().nullable(),
    detail: values.openapi({ description: 'Names, and the shapes of values' }),
  })
  .openapi('RecentCall');

export const tailEvents = apiRoute({
  method: 'get',
  path: '/databases/{databaseId}/events',
  operationId: 'tailEvents',
  summary: 'The last calls that came in, accepted or refused with the reason; values masked',
  tag: 'events',
  access: { role: 'viewer', database: 'database' },
  request: {
    params: inDatabase,
    query: z.object({
      after: z.coerce.number<number>().int().min(0).default(0).openapi({
        description: 'Only those after the one of this id',
      }),
      limit: z.coerce.number<number>().int().min(1).max(500).default(50),
    }),
  },
  responses: {
    200: {
      description: 'The newest, oldest first',
      content: json(z.object({ items: z.array(recentCall), next: z.null() })),
    },
  },
});
