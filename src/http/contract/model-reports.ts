import { z } from '@hono/zod-openapi';
import { id, moment } from './route.ts';

export const modes = ['mirror', 'upsert', 'delete'] as const;

export const counts = z
  .object({
    rows: z.int(),
    new: z.int(),
    updated: z.int(),
    unchanged: z.int(),
    deleted: z.int(),
    failed: z.int(),
    profiles: z.object({ created: z.int(), updated: z.int(), deleted: z.int() }),
    file: z.string().nullable(),
    filesLeft: z.int(),
    filesWaiting: z.int(),
    deletionsSkipped: z.boolean(),
    unusable: z.record(z.string(), z.record(z.string(), z.int())),
  })
  .openapi('ModelCounts');

export const modelRun = z
  .object({
    id,
    model: z.string(),
    mode: z.enum(modes),
    database: z.string(),
    state: z.enum([
      ...(['queued', 'running', 'cancelling', 'succeeded', 'partial', 'failed'] as const),
      'cancelled',
    ]),
    trigger: z.enum(['manual', 'schedule', 'retry']),
    queuedAt: moment,
    startedAt: moment.nullable(),
    finishedAt: moment.nullable(),
    seconds: z.number().nullable(),
    counts: counts.nullable(),
    error: z.object({ code: z.string(), message: z.string(), next: z.string() }).nullable(),
    cancelReason: z.string().nullable(),
  })
  .openapi('ModelRun');
