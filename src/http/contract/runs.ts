import { z } from '@hono/zod-openapi';
import { inOrder, pageOf } from './page.ts';
import { apiRoute, id, json, moment } from './route.ts';

const counts = z.record(z.string(), z.int());

export const runStates = [
  ...['queued', 'running', 'waiting', 'held'],
  ...['succeeded', 'partial', 'failed', 'cancelled'],
] as [string, ...string[]];

export const run = z
  .object({
    id,
    audienceId: id,
    audience: z.string(),
    trigger: z.string(),
    alsoAskedBy: z.array(z.string()),
    state: z.enum(runStates),
    queuedAt: moment.nullable(),
    startedAt: moment,
    finishedAt: moment.nullable(),
    seconds: z.number().nullable(),
    attempts: z.int(),
    added: z.int().openapi({ description: 'People' }),
    removed: z.int().openapi({ description: 'People' }),
    accepted: z.int().openapi({ description: 'Rows' }),
    rejected: z.int(),
    rejectedBy: counts,
    unknown: z.int(),
    failed: z.int(),
    filtered: counts.openapi({ description: 'Members held back' }),
    requests: z.int(),
    error: z.object({ code: z.string(), message: z.string(), next: z.string() }).nullable(),
    waitingFor: z.string().nullable(),
    dueAt: moment.nullable(),
    releasedBy: z.string().nullable(),
    cancelledBy: z.string().nullable(),
    cancelReason: z.string().nullable(),
    progress: z
      .object({
        rowsDone: z.int(),
        rowsTotal: z.int(),
        requestsDone: z.int(),
        requestsTotal: z.int(),
        rowsPerSecond: z.number().nullable(),
        expectedFinishAt: moment.nullable(),
      })
      .nullable(),
  })
  .openapi('Run');

export const operation = z
  .object({
    id,
    kind: z.enum(['add', 'remove']),
    covered: z.boolean().openapi({ description: 'Nothing was sent: others hold all its values' }),
    rows: z.int(),
    people: z.int(),
    bytes: z.int(),
    schema: z.array(z.string()),
    sessionId: z.string().nullable(),
    sentAt: moment,
    answeredAt: moment.nullable(),
    settlesAt: moment,
    outcome: z.enum(['clean', 'refused', 'uncertain']).nullable(),
    answer: z
      .record(z.string(), z.unknown())
      .nullable()
      .openapi({ description: "Meta's receipt: numbers and words, never a row" }),
    rejected: z.int(),
  })
  .openapi('Operation');

const rowStates = ['accepted', 'invalid', 'refused', 'unknown'] as const;

const row = z
  .object({
    externalId: z.string().nullable().openapi({ description: 'Masked without the right' }),
    matchRowId: id,
    operationId: id,
    kind: z.enum(['add', 'remove']),
    state: z.enum(rowStates),
    key: z.string().nullable(),
    reason: z.string().nullable(),
  })
  .openapi('RunRow');

/** Of work that goes on after the answer. */
export const accepted = z
  .object({ runId: id, audienceId: id, state: z.enum(runStates) })
  .openapi('AcceptedRun');

export const acceptedRun = {
  202: { description: 'A run does it; Location has its address', content: json(accepted) },
};

export const inRun = z.object({ runId: id });

export const listRuns = apiRoute({
  method: 'get',
  path: '/runs',
  operationId: 'listRuns',
  summary: 'Runs, the newest first',
  tag: 'runs',
  access: { role: 'viewer', database: 'handler' },
  request: {
    query: inOrder.extend({
      audienceId: id.optional(),
      databaseId: id.optional(),
      state: z.enum(runStates).optional(),
      active: z.enum(['true', 'false']).optional(),
    }),
  },
  responses: { 200: { description: 'A page of runs', content: json(pageOf(run)) } },
});

export const getRun = apiRoute({
  method: 'get',
  path: '/runs/{runId}',
  operationId: 'getRun',
  summary: 'One run, with its progress while it is active',
  tag: 'runs',
  access: { role: 'viewer', database: 'run' },
  request: { params: inRun },
  responses: { 200: { description: 'The run', content: json(run) } },
});

export const listOperations = apiRoute({
  method: 'get',
  path: '/runs/{runId}/operations',
  operationId: 'listOperations',
  summary: 'The requests of a run, each with what Meta answered',
  tag: 'runs',
  access: { role: 'viewer', database: 'run' },
  request: { params: inRun, query: inOrder },
  responses: { 200: { description: 'A page of operations', content: json(pageOf(operation)) } },
});

export const listRunRows = apiRoute({
  method: 'get',
  path: '/runs/{runId}/rows',
  operationId: 'listRunRows',
  summary: 'Who was sent in a run, and what became of each row',
  tag: 'runs',
  access: { role: 'viewer', database: 'run' },
  request: { params: inRun, query: inOrder.extend({ state: z.enum(rowStates).optional() }) },
  responses: { 200: { description: 'A page of rows', content: json(pageOf(row)) } },
});

export const releaseRun = apiRoute({
  method: 'post',
  path: '/runs/{runId}/release',
  operationId: 'releaseRun',
  summary: 'Lets the removals of a held run go, in the name of whoever asks',
  tag: 'runs',
  access: { role: 'editor', database: 'run' },
  request: { params: inRun },
  responses: acceptedRun,
});

export const cancelRun = apiRoute({
  method: 'post',
  path: '/runs/{runId}/cancel',
  operationId: 'cancelRun',
  summary: 'Ends an active run after the request under way; what was sent stays sent',
  tag: 'runs',
  access: { role: 'editor', database: 'run' },
  request: {
    params: inRun,
    body: {
      content: json(z.object({ reason: z.string().max(1_000).nullable().default(null) })),
    },
  },
  responses: { 200: { description: 'The run', content: json(run) } },
});

const events = z.string().openapi({ description: 'Server-sent events' });

export const followRun = apiRoute({
  method: 'get',
  path: '/runs/{runId}/events',
  operationId: 'followRun',
  summary: 'A run as it goes on: an event “run” with each change, until it has ended',
  tag: 'runs',
  access: { role: 'viewer', database: 'run' },
  request: { params: inRun },
  responses: {
    200: { description: 'Events', content: { 'text/event-stream': { schema: events } } },
  },
});

export const followChanges = apiRoute({
  method: 'get',
  path: '/events',
  operationId: 'followChanges',
  summary:
    'What changes: events “audience” and “run”, each with the id of what is to be read again',
  tag: 'runs',
  access: { role: 'viewer', database: 'handler' },
  responses: {
    200: { description: 'Events', content: { 'text/event-stream': { schema: events } } },
  },
});
