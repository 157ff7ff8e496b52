import { z } from '@hono/zod-openapi';

const LIMIT_DEFAULT = 50;
const LIMIT_MAX = 500;

/** What a list takes that has one order. */
export const inOrder = z.object({
  cursor: z.string().max(2_000).optional().openapi({ description: '`next` of the page before' }),
  limit: z.coerce.number<number>().int().min(1).max(LIMIT_MAX).default(LIMIT_DEFAULT),
  fields: z
    .string()
    .regex(/^[A-Za-z]+(,[A-Za-z]+)*$/)
    .optional()
    .openapi({ description: 'Only these properties of each item, parted by commas; and its id' }),
});

/** With an order to choose: the name of a property, with - before it the other way round. */
export function pageQuery<const S extends string>(first: S, ...others: readonly S[]) {
  const sorts = [first, ...others].flatMap((name) => [name, `-${name}`] as const);
  return inOrder.extend({
    // TypeScript cannot see through the mapped type that the first of them is one of them.
    sort: z.enum(sorts).default(first as never),
  });
}

/** A page of a list: `next` is the cursor of the next one, null on the last. */
export function pageOf<S extends z.ZodType>(item: S) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}
