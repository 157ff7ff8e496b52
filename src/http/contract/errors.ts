import { z } from '@hono/zod-openapi';
import { apiRoute, json } from './route.ts';

export const explainError = apiRoute({
  method: 'get',
  path: '/errors/{code}',
  operationId: 'explainError',
  summary: 'What a code of the error catalogue means; the same as `muster help CODE`',
  tag: 'errors',
  access: 'public',
  request: {
    params: z.object({ code: z.string().max(100) }),
  },
  responses: {
    200: {
      description: 'What happened, and what to do',
      content: json(
        z
          .object({
            code: z.string(),
            happened: z.string(),
            next: z.string(),
            exitCode: z
              .int()
              .openapi({ description: 'Of a command: 1 failed, 2 wrong use, 3 held' }),
          })
          .openapi('ErrorExplained'),
      ),
    },
  },
});
