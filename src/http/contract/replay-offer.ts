import { z } from '@hono/zod-openapi';

/** What a change of mapping offers: send everybody again, in one step. */
export const replayOffer = z
  .object({
    path: z.string().openapi({ description: 'POST it: replayAudiences' }),
    audiences: z.int().openapi({ description: 'Active ones, which would be sent again' }),
  })
  .nullable()
  .openapi('ReplayOffer', { description: 'null: nobody is touched' });
