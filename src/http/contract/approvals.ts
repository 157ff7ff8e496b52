import { z } from '@hono/zod-openapi';
import { inOrder, pageOf } from './page.ts';
import { apiRoute, id, json, moment } from './route.ts';
import { acceptedRun } from './runs.ts';

const states = ['open', 'approved', 'refused', 'stale', 'done'] as const;

const approval = z
  .object({
    id,
    runId: id.openapi({ description: 'The newest run that stopped for it' }),
    audienceId: id,
    audience: z.string(),
    databaseId: id,
    state: z.enum(states).openapi({
      description: 'stale: it would be something else by now; done: it was approved and has gone',
    }),
    planChecksum: z.string(),
    adds: z.int().openapi({ description: 'People' }),
    removes: z.int(),
    updates: z.int(),
    peopleAtMost: z.int().nullable().openapi({ description: 'The limits that stood then' }),
    removalsAtMost: z.int().nullable(),
    guardReasons: z.array(z.string()).openapi({ description: 'What the guard found in it' }),
    askedBy: z.string(),
    askedAt: moment,
    mayAnswer: z.array(z.string()).openapi({ description: 'Who may answer, by name' }),
    mine: z.boolean().openapi({ description: 'Whoever asks now is the one who asked for it' }),
    decidedBy: z.string().nullable(),
    decidedAt: moment.nullable(),
    note: z.string().nullable(),
  })
  .openapi('Approval');

const inRun = z.object({ runId: id });

const note = {
  content: json(z.object({ note: z.string().max(1_000).nullable().default(null) })),
};

export const listApprovals = apiRoute({
  method: 'get',
  path: '/approvals',
  operationId: 'listApprovals',
  summary: 'What a second person was asked, the newest first',
  tag: 'approvals',
  access: { role: 'viewer', database: 'handler' },
  request: {
    query: inOrder.extend({ databaseId: id.optional(), state: z.enum(states).optional() }),
  },
  responses: { 200: { description: 'A page of questions', content: json(pageOf(approval)) } },
});

export const getApproval = apiRoute({
  method: 'get',
  path: '/runs/{runId}/approval',
  operationId: 'getApproval',
  summary: 'What a run asks a second person: what it would do, who asked, who may answer',
  tag: 'approvals',
  access: { role: 'viewer', database: 'run' },
  request: { params: inRun },
  responses: { 200: { description: 'The question', content: json(approval) } },
});

export const approveRun = apiRoute({
  method: 'post',
  path: '/runs/{runId}/approve',
  operationId: 'approveRun',
  summary: 'Lets a run go that waits for a second person; not for whoever asked for it',
  tag: 'approvals',
  access: { role: 'editor', database: 'run' },
  request: { params: inRun, body: note },
  responses: acceptedRun,
});

export const refuseRun = apiRoute({
  method: 'post',
  path: '/runs/{runId}/refuse',
  operationId: 'refuseRun',
  summary: 'Says no to it; the same list is not asked about again, unless a person starts it',
  tag: 'approvals',
  access: { role: 'editor', database: 'run' },
  request: { params: inRun, body: note },
  responses: { 200: { description: 'The question with its answer', content: json(approval) } },
});
