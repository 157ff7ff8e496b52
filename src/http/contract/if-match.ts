import { z } from '@hono/zod-openapi';

/** From which version an edit is made, so that nobody undoes what they have not seen. */
export const ifMatch = z.object({
  'if-match': z.string().max(100).optional().openapi({
    description: 'The ETag of what the edit was made from; 412 when it is another now',
  }),
});
