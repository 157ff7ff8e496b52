import { z } from '@hono/zod-openapi';
import { inAudience } from './audiences.ts';
import { apiRoute, json, moment } from './route.ts';
import { acceptedRun } from './runs.ts';

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
