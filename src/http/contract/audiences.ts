import { z } from '@hono/zod-openapi';
import { pageOf, pageQuery } from './page.ts';
import { apiRoute, id, json, moment } from './route.ts';

const counts = z.record(z.string(), z.int());

const codeOf = z.object({ code: z.string(), message: z.string(), next: z.string() });

const statusAtMeta = z.object({ code: z.int(), text: z.string() }).nullable();

/** What Meta said last of the linked Meta audience; its own numbers, and what they mean. */
export const atMeta = z
  .object({
    readAt: moment,
    found: z.boolean(),
    name: z.string().nullable(),
    sizeLowest: z.int().nullable(),
    sizeHighest: z.int().nullable(),
    size: z.string().openapi({ description: 'As people read it: 1,000 – 1,200' }),
    deliveryStatus: statusAtMeta,
    operationStatus: statusAtMeta,
    deletesAt: moment.nullable(),
    toldPeople: z.int().nullable(),
    warnings: z.array(z.string()),
    before: z
      .object({
        readAt: moment,
        sizeLowest: z.int().nullable(),
        sizeHighest: z.int().nullable(),
      })
      .nullable(),
    gain: z.object({ lowest: z.int(), highest: z.int() }).nullable(),
  })
  .openapi('AtMeta');

const lastRun = z.object({
  runId: id,
  trigger: z.string(),
  state: z.string(),
  error: codeOf.nullable(),
  startedAt: moment,
  finishedAt: moment.nullable(),
  added: z.int(),
  removed: z.int(),
  accepted: z.int(),
  rejected: z.int(),
  rejectedBy: counts,
  badRequests: z.int(),
  badRequestsBy: counts,
  requestsUsed: z.int(),
  releasedBy: z.string().nullable(),
});

export const audienceStates = ['never', 'pending', 'up to date', 'error', 'deactivated'] as const;
export const waysOfFilling = ['rule', 'events', 'hand', 'automation', 'scenario'] as const;

export const audience = z
  .object({
    id,
    name: z.string(),
    description: z.string(),
    databaseId: id,
    database: z.string(),
    entity: z.string().openapi({ description: 'What the people of the database are called' }),
    integrationId: id.nullable(),
    integration: z.string().nullable(),
    adAccount: z.string().nullable(),
    sandbox: z.boolean(),
    state: z.enum(audienceStates),
    paused: z.boolean(),
    members: z.int(),
    evaluated: z.boolean().openapi({ description: 'Whether anybody has looked who belongs' }),
    definition: z.string().openapi({ description: 'Who belongs, as a sentence' }),
    way: z.enum(waysOfFilling),
    rule: z.record(z.string(), z.unknown()).nullable(),
    ruleMode: z.enum(['match', 'add', 'remove']),
    ruleDaily: z.boolean(),
    eventKey: z.string().nullable(),
    metaAudienceId: z.string().nullable(),
    atMeta: atMeta.nullable(),
    lookalikes: z.array(z.string()),
    customerFileSource: z.string(),
    valueBased: z.boolean(),
    connector: z.boolean(),
    optOutLink: z.string().nullable(),
    optOutRefused: z.boolean(),
    folder: z.string().nullable(),
    labels: z.array(z.string()),
    schedule: z.record(z.string(), z.unknown()),
    runsFrom: moment.nullable(),
    runsUntil: moment.nullable(),
    createdAt: moment,
    activatedAt: moment.nullable(),
    nextRunAt: moment.nullable(),
    membersChangedAt: moment.nullable(),
    synchronizedAt: moment.nullable(),
    heldBack: z.object({
      noConsent: z.int(),
      noConsentBy: counts,
      notEnoughIdentifiers: z.int(),
      badRequest: z.int(),
      noValue: z.int(),
    }),
    lastRun: lastRun.nullable(),
    sweepOff: z.boolean(),
    heldRunId: id.nullable(),
    heldForApproval: z.boolean().openapi({ description: 'It waits for a second person' }),
    heldBecause: z.array(z.string()),
    version: z.int().openapi({ description: 'Moves with every edit; its ETag' }),
  })
  .openapi('Audience');

export const inAudience = z.object({ audienceId: id });

export const listAudiences = apiRoute({
  method: 'get',
  path: '/audiences',
  operationId: 'listAudiences',
  summary: 'Audiences',
  tag: 'audiences',
  access: { role: 'viewer', database: 'handler' },
  request: {
    query: pageQuery('name', 'createdAt', 'members', 'state', 'synchronizedAt').extend({
      name: z.string().max(500).optional(),
      search: z.string().max(500).optional().openapi({ description: 'In name or description' }),
      databaseId: id.optional(),
      integrationId: id.optional(),
      state: z.enum(audienceStates).optional(),
      way: z.enum(waysOfFilling).optional(),
      folder: z.string().max(500).optional(),
      label: z.string().max(500).optional(),
    }),
  },
  responses: { 200: { description: 'A page of audiences', content: json(pageOf(audience)) } },
});

export const getAudience = apiRoute({
  method: 'get',
  path: '/audiences/{audienceId}',
  operationId: 'getAudience',
  summary: 'One audience; its version is the ETag',
  tag: 'audiences',
  access: { role: 'viewer', database: 'audience' },
  request: { params: inAudience },
  responses: { 200: { description: 'The audience', content: json(audience) } },
});
