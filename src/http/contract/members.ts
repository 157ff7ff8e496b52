import { z } from '@hono/zod-openapi';
import { atMeta, inAudience } from './audiences.ts';
import { inOrder, pageOf } from './page.ts';
import { apiRoute, id, json, moment } from './route.ts';
import { run } from './runs.ts';

const tag = 'members';
const sees = { role: 'viewer', database: 'audience' } as const;
const changes = { role: 'editor', database: 'audience' } as const;

const member = z
  .object({
    id: id.openapi({ description: 'Of the profile' }),
    externalId: z.string().openapi({ description: 'Its shape only, without the right' }),
    since: moment,
  })
  .openapi('Member');

export const listMembers = apiRoute({
  method: 'get',
  path: '/audiences/{audienceId}/members',
  operationId: 'listMembers',
  summary: 'Who belongs now, and since when',
  tag,
  access: sees,
  request: { params: inAudience, query: inOrder },
  responses: { 200: { description: 'A page of members', content: json(pageOf(member)) } },
});

const text = z.string();

export const exportMembers = apiRoute({
  method: 'get',
  path: '/audiences/{audienceId}/members/export',
  operationId: 'exportMembers',
  summary: 'All members as a stream: CSV, or JSON lines',
  tag,
  access: { ...sees, personalData: true },
  request: {
    params: inAudience,
    query: z.object({ format: z.enum(['csv', 'ndjson']).default('csv') }),
  },
  responses: {
    200: {
      description:
        "externalId and since; what a spreadsheet would take for a formula has a ' before it",
      content: { 'text/csv': { schema: text }, 'application/x-ndjson': { schema: text } },
    },
  },
});

const unknown = z
  .object({ count: z.int(), ids: z.array(z.string()), emails: z.array(z.string()) })
  .openapi({ description: 'Named, and not in the database: the first hundred' });
const refused = z.int().openapi({ description: 'Said no, or not yes where that is needed' });
const keptOut = z.int().openapi({ description: 'Held out, or on the suppression list' });

const edited = z
  .object({
    audience: z.string(),
    added: z.int(),
    removed: z.int(),
    unchanged: z.int(),
    refused,
    keptOut,
    unknown,
    members: z.int(),
    dryRun: z.boolean(),
  })
  .openapi('MemberEdit');

const whom = z.object({
  ids: z.array(z.string().min(1).max(1_000)).max(10_000).default([]),
  emails: z.array(z.string().min(1).max(1_000)).max(10_000).default([]),
  rules: z.array(z.record(z.string(), z.unknown())).max(20).default([]),
});

export const editMembers = apiRoute({
  method: 'post',
  path: '/audiences/{audienceId}/members',
  operationId: 'editMembers',
  summary: 'Puts people into an audience that is filled by hand, and takes others out',
  tag,
  access: changes,
  request: {
    params: inAudience,
    body: {
      required: true,
      content: json(
        z.object({
          include: whom.prefault({}),
          exclude: whom.prefault({}),
          dryRun: z.boolean().default(false),
        }),
      ),
    },
  },
  responses: { 200: { description: 'What it did', content: json(edited) } },
});

export const countMembers = apiRoute({
  method: 'post',
  path: '/databases/{databaseId}/members/count',
  operationId: 'countMembers',
  summary: 'How many people an audience that is filled by hand would have, before it is made',
  tag,
  access: { role: 'editor', database: 'database' },
  request: {
    params: z.object({ databaseId: id }),
    body: {
      required: true,
      content: json(
        z.object({
          include: whom.prefault({}),
          exclude: whom.prefault({}),
          integrationId: id.nullable().default(null).openapi({
            description: 'Where it will go: the consent that it asks for counts',
          }),
        }),
      ),
    },
  },
  responses: {
    200: {
      description: 'Nothing is changed',
      content: json(
        z.object({ people: z.int(), refused, keptOut, unknown }).openapi('MemberCount'),
      ),
    },
  },
});

export const bulkMembers = apiRoute({
  method: 'post',
  path: '/audiences/{audienceId}/members/bulk',
  operationId: 'bulkMembers',
  summary:
    'The same for up to 100,000 at once, as a stream: one external id or e-mail address a line',
  tag,
  access: changes,
  request: {
    params: inAudience,
    query: z.object({
      action: z.enum(['include', 'exclude']).default('include'),
      dryRun: z.enum(['true', 'false']).default('false'),
    }),
    body: { required: true, content: { 'text/plain': { schema: text } } },
  },
  responses: { 200: { description: 'What it did', content: json(edited) } },
});

const why = z
  .object({
    audience: z.string(),
    externalId: z.string(),
    known: z.boolean(),
    member: z.boolean(),
    memberSince: moment.nullable(),
    blockedSince: moment.nullable(),
    rule: z.array(
      z.object({
        line: z.string(),
        holds: z.boolean().nullable(),
        seen: z.string().nullable().openapi({ description: 'Null without the right' }),
      }),
    ),
    consent: z.enum(['yes', 'no', 'unknown']).nullable(),
    consentPasses: z.boolean().nullable(),
    consentRefusal: z.enum(['no', 'saleSharing', 'unknown', 'category']).nullable(),
    missingConsents: z.array(z.string()),
    synchronized: z.boolean(),
    rows: z.array(
      z.object({
        keys: z.array(z.string()),
        current: z.boolean(),
        enough: z.boolean(),
        noValue: z.boolean(),
        limitedDataUse: z.boolean(),
        state: z.enum(['in', 'out', 'unknown', 'rejected', 'never sent']),
        lastOperation: z
          .object({
            operationId: id.nullable(),
            runId: id.nullable(),
            kind: z.enum(['add', 'remove']),
            covered: z.boolean(),
            sentAt: moment.nullable(),
            answeredAt: moment.nullable(),
            outcome: z.enum(['clean', 'refused', 'uncertain', 'not answered yet']),
            settlesAt: moment.nullable(),
          })
          .nullable(),
        rejection: z.object({ key: z.string().nullable(), reason: z.string() }).nullable(),
      }),
    ),
    conclusion: z.string(),
    next: z.string().nullable(),
  })
  .openapi('Why');

export const explainPerson = apiRoute({
  method: 'post',
  path: '/audiences/{audienceId}/why',
  operationId: 'explainPerson',
  summary:
    'Why somebody is, or is not, in the audience and at Meta; the id is not part of an address',
  tag,
  access: sees,
  request: {
    params: inAudience,
    body: { required: true, content: json(z.object({ externalId: z.string().min(1).max(1_000) })) },
  },
  responses: { 200: { description: 'The answer', content: json(why) } },
});

const percentiles = z.object({ p50: z.number(), p95: z.number() }).nullable();

export const getSyncDetails = apiRoute({
  method: 'get',
  path: '/audiences/{audienceId}/details',
  operationId: 'getSyncDetails',
  summary: 'The details of its synchronisation; they open when it is up to date or in error',
  tag: 'audiences',
  access: sees,
  request: { params: inAudience },
  responses: {
    200: {
      description: 'Why they do not open, and when the next run is, while it is pending',
      content: json(
        z
          .object({
            audience: z.string(),
            available: z.boolean(),
            reason: z.string().nullable(),
            state: z.string(),
            nextRunAt: moment.nullable(),
            members: z.int(),
            membersChangedAt: moment.nullable(),
            synchronizedOn: moment.nullable(),
            last: run.nullable(),
            active: run.nullable(),
            expected: z
              .object({ people: z.int(), seconds: z.int(), basis: z.string() })
              .nullable()
              .openapi({ description: 'What a first load will take' }),
            timeline: z
              .object({
                people: z.int(),
                since: moment,
                planned: percentiles,
                sent: percentiles,
                accepted: percentiles,
                ready: percentiles,
              })
              .nullable()
              .openapi({ description: 'Seconds from joining to each stage' }),
            atMeta: atMeta.nullable(),
            matchingUntil: moment.nullable(),
          })
          .openapi('SyncDetails'),
      ),
    },
  },
});

export const getTold = apiRoute({
  method: 'get',
  path: '/audiences/{audienceId}/told',
  operationId: 'getTold',
  summary: 'People at Meta as far as it was told and has acknowledged, counted now',
  description: 'A pass over all that was told of the audience: a second or two at a million.',
  tag: 'audiences',
  access: sees,
  request: { params: inAudience },
  responses: {
    200: {
      description: 'Null while it is linked to nothing',
      content: json(z.object({ people: z.int().nullable() }).openapi('Told')),
    },
  },
});

export const getLinked = apiRoute({
  method: 'get',
  path: '/audiences/{audienceId}/linked',
  operationId: 'getLinked',
  summary: 'Its Meta audience and integration; with refresh Meta is asked now',
  tag: 'audiences',
  access: sees,
  request: {
    params: inAudience,
    query: z.object({ refresh: z.enum(['true', 'false']).default('false') }),
  },
  responses: {
    200: {
      description: 'As Meta said it',
      content: json(
        z
          .object({
            audience: z.string(),
            metaAudienceId: z.string(),
            adAccount: z.string(),
            integration: z.string(),
            database: z.string(),
            sandbox: z.boolean(),
            atMeta: atMeta.nullable(),
          })
          .openapi('LinkedAudience'),
      ),
    },
  },
});
