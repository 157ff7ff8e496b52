import { z } from '@hono/zod-openapi';
import { apiRoute } from './route.ts';

export const startSample = apiRoute({
  method: 'post',
  path: '/sample',
  operationId: 'startSample',
  summary: 'On an empty installation: a sandbox, made-up people, an audience, and its first run',
  description:
    'For somebody who sees every database. Each line of the answer is {"progress": {"stage": "sandbox" | "people" | "audience" | "send", "done", "total"}}, and the last one {"audienceId"} or {"problem": …}. Asked again it goes on from what is there.',
  tag: 'overview',
  access: { role: 'owner', credentials: true },
  responses: {
    200: {
      description: 'How far it has come, line by line',
      content: { 'application/x-ndjson': { schema: z.string() } },
    },
  },
});
