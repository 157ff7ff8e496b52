import { z } from '@hono/zod-openapi';
import { apiRoute, id, json, moment } from './route.ts';

const flag = z.enum(['true', 'false']).default('false');

const state = z.enum(['queued', 'running', 'succeeded', 'partial', 'failed']);

const importReport = z
  .object({
    rows: z.int(),
    created: z.int(),
    updated: z.int(),
    unchanged: z.int(),
    deleted: z.int(),
    duplicates: z.int().openapi({ description: 'Named twice: the last row counts' }),
    rejected: z.int(),
    rejectedRows: z.array(z.object({ line: z.int(), reason: z.string() })).openapi({
      description: 'The first hundred',
    }),
    mapped: z.record(z.string(), z.string()).openapi({ description: 'Column → the key it feeds' }),
    traits: z.record(z.string(), z.string()).openapi({ description: 'Column → its type' }),
    ignored: z.array(z.string()),
    unusable: z
      .record(z.string(), z.record(z.string(), z.int()))
      .openapi({ description: 'Values that could not be used: key → reason → rows' }),
    idsHashed: z.int(),
    mirrorSkipped: z.boolean(),
    dryRun: z.boolean(),
    seconds: z.number(),
  })
  .openapi('ImportReport');

const upload = z
  .object({
    id,
    databaseId: id,
    file: z.string(),
    state: state.openapi({ description: 'partial: lines were left out' }),
    queuedAt: moment,
    startedAt: moment.nullable(),
    finishedAt: moment.nullable(),
    progress: z
      .object({
        step: z.string(),
        done: z.int(),
        total: z.int().nullable(),
        unit: z.enum(['bytes', 'rows', 'requests']),
      })
      .nullable(),
    report: z.union([importReport, z.null()]),
    error: z.object({ code: z.string(), message: z.string(), next: z.string() }).nullable(),
  })
  .openapi('Upload');

const inUpload = z.object({ uploadId: id });
const access = { role: 'viewer', database: 'upload' } as const;

export const getUpload = apiRoute({
  method: 'get',
  path: '/uploads/{uploadId}',
  operationId: 'getUpload',
  summary: 'A file that was sent with `Prefer: respond-async`, and what came of it',
  tag: 'imports',
  access,
  request: { params: inUpload },
  responses: { 200: { description: 'The upload', content: json(upload) } },
});

export const followUpload = apiRoute({
  method: 'get',
  path: '/uploads/{uploadId}/events',
  operationId: 'followUpload',
  summary: 'An upload as it goes on: an event “run” with each change, until it has ended',
  tag: 'imports',
  access,
  request: { params: inUpload },
  responses: {
    200: { description: 'Events', content: { 'text/event-stream': { schema: z.string() } } },
  },
});

export const getRejectedLines = apiRoute({
  method: 'get',
  path: '/uploads/{uploadId}/rejected',
  operationId: 'getRejectedLines',
  summary: 'Every line that was left out, and why, as CSV; kept for a week',
  tag: 'imports',
  access,
  request: { params: inUpload },
  responses: {
    200: { description: 'line,reason', content: { 'text/csv': { schema: z.string() } } },
  },
});

export const importFile = apiRoute({
  method: 'post',
  path: '/databases/{databaseId}/imports',
  operationId: 'importFile',
  summary: 'Upload a file of people, which becomes visible whole or not at all',
  description:
    'The body is the file: CSV, JSON lines, Parquet or .xlsx; CSV and JSON lines in gzip or zip too. With `Accept: application/x-ndjson` each line of the answer is {"progress": …}, and the last one {"report": …} or {"problem": …}. With `Prefer: respond-async` the answer is 202 as soon as the file is safe; a worker imports it, and `Location` says where to look.',
  tag: 'imports',
  access: { role: 'editor', database: 'database' },
  request: {
    params: z.object({ databaseId: id }),
    query: z.object({
      file: z
        .string()
        .min(1)
        .max(200)
        .openapi({ description: 'Its name, whose ending says what it is' }),
      id: z.string().min(1).max(500).optional().openapi({ description: 'The id column' }),
      map: z.string().max(100_000).optional().openapi({ description: 'KEY=COLUMN,… by hand' }),
      country: z.string().min(2).max(60).optional(),
      mirror: flag.openapi({ description: 'Delete the people that the file lacks' }),
      rows: z.coerce.number<number>().int().min(0).optional().openapi({
        description: 'How many rows it must have: proof that it is whole',
      }),
      dryRun: flag.openapi({ description: 'Read and count everything, change nothing' }),
    }),
    body: {
      required: true,
      content: { 'application/octet-stream': { schema: z.unknown() } },
    },
  },
  responses: {
    200: {
      description: 'What came of it',
      content: { ...json(importReport), 'application/x-ndjson': { schema: z.string() } },
    },
    202: { description: 'It is safe and will be imported', content: json(upload) },
  },
});
