import { z } from '@hono/zod-openapi';
import { inAudience } from './audiences.ts';
import { apiRoute, id, json, moment } from './route.ts';
import { acceptedRun, inRun } from './runs.ts';

const plan = z
  .object({
    audience: z.string(),
    checksum: z.string(),
    adds: z.int().openapi({ description: 'People' }),
    removes: z.int(),
    updates: z.int(),
    requests: z.int(),
    bytes: z.int(),
    heldBack: z.object({
      noConsent: z.int(),
      noConsentBy: z.record(z.string(), z.int()),
      notEnoughIdentifiers: z.int(),
      badRequest: z.int(),
      suppressed: z.int(),
      noValue: z.int(),
    }),
    guard: z.object({
      verdict: z.enum(['pass', 'hold']),
      holds: z.enum(['nothing', 'time', 'all']),
      held: z.int().openapi({ description: 'People whose removal waits for somebody' }),
      reasons: z.array(z.string()),
      removes: z.int(),
      limit: z.int(),
      atMeta: z.int(),
    }),
    approval: z.object({
      needed: z.boolean().openapi({ description: 'A second person has to say that it may go' }),
      people: z.int().openapi({ description: 'Who would join, leave or change' }),
      removes: z.int(),
      peopleAtMost: z.int().nullable(),
      removalsAtMost: z.int().nullable(),
    }),
    remaining: z.int().nullable(),
    mayBeRefused: z.array(z.string()),
    repeats: z.int(),
    swept: z.int(),
    waiting: z.int(),
    waitingUntil: moment.nullable(),
  })
  .openapi('Plan');

export const makePlan = apiRoute({
  method: 'post',
  path: '/audiences/{audienceId}/plans',
  operationId: 'makePlan',
  summary: 'Looks what a run would send, sends nothing, and keeps the list under its checksum',
  tag: 'plans',
  access: { role: 'viewer', database: 'audience' },
  request: { params: inAudience },
  responses: { 201: { description: 'The plan', content: json(plan) } },
});

const inPlan = z.object({
  planId: z
    .string()
    .regex(/^[0-9a-f]{8,64}$/)
    .openapi({ description: 'Its checksum' }),
});

export const getPlan = apiRoute({
  method: 'get',
  path: '/plans/{planId}',
  operationId: 'getPlan',
  summary: 'A plan that was made, and what became of it',
  tag: 'plans',
  access: { role: 'viewer', database: 'plan' },
  request: { params: inPlan },
  responses: {
    200: {
      description: 'The plan',
      content: json(
        plan.extend({
          audienceId: z.string(),
          state: z.enum(['sealed', 'applied', 'held', 'stale']),
        }),
      ),
    },
  },
});

export const applyPlan = apiRoute({
  method: 'post',
  path: '/plans/{planId}/apply',
  operationId: 'applyPlan',
  summary: 'Sends exactly what was looked at, less what became moot, or refuses as stale',
  tag: 'plans',
  access: { role: 'editor', database: 'plan' },
  request: { params: inPlan },
  responses: acceptedRun,
});

const counts = z.record(z.string(), z.int());

const report = plan
  .extend({
    runId: id,
    state: z.enum(['succeeded', 'partial', 'waiting', 'held', 'failed', 'cancelled']),
    metaAudienceId: z.string().nullable(),
    members: z.int(),
    added: z.int().openapi({ description: 'People whose addition Meta acknowledged' }),
    removed: z.int(),
    accepted: z.int().openapi({ description: 'Rows' }),
    rejected: z.int(),
    rejectedBy: counts,
    unknown: z.int(),
    badRequests: z.int().openapi({ description: 'People with a value that cannot be used' }),
    badRequestsBy: counts,
    requestsUsed: z.int(),
    seconds: z.number(),
    moot: z.int().openapi({ description: 'Listed rows that needed no request any more' }),
    error: z.object({ code: z.string(), message: z.string(), next: z.string() }).nullable(),
  })
  .openapi('RunReport');

export const getRunReport = apiRoute({
  method: 'get',
  path: '/runs/{runId}/report',
  operationId: 'getRunReport',
  summary: 'What a run did of what it set out to do, once it has ended, is held or waits',
  tag: 'runs',
  access: { role: 'viewer', database: 'run' },
  request: { params: inRun },
  responses: {
    200: {
      description: 'Null where it is under way, or broke off: then its error says why',
      content: json(z.object({ report: report.nullable() })),
    },
  },
});
