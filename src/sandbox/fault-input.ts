import { z } from 'zod';
import { faultNames, lastingFaults } from './fault-kinds.ts';
import { endpointFamilies, endpointNames } from './routes.ts';

const milliseconds = z.int().nonnegative();
const place = z.enum([...endpointNames, ...endpointFamilies]).nullable();
/** A number too: that is what an id or a digit looks like in a form. */
const aim = z.union([z.string().min(1), z.int().nonnegative().transform(String)]).nullable();
const code = z.int().nonnegative().nullable();

/** A fault as it is asked for over HTTP. */
export const faultWanted = z
  .strictObject({
    name: z.enum(faultNames),
    times: z.int().positive().nullable().default(1),
    on: place.default(null),
    target: aim.default(null),
    valuePrefix: aim.default(null),
    code: code.default(null),
    subcode: code.default(null),
    lagMs: milliseconds.default(60_000),
    holdMs: milliseconds.nullable().default(null),
    isLasting: z.boolean().default(false),
  })
  .refine(({ name, isLasting }) => !isLasting || lastingFaults.has(name), {
    error: `Only these can last: ${[...lastingFaults].join(', ')}`,
  });

/** Odds as they are asked for over HTTP. */
export const oddsWanted = z.strictObject({
  odds: z
    .partialRecord(z.enum(faultNames).exclude(['invalidRows']), z.number().min(0).max(1))
    .refine((odds) => Object.values(odds).reduce((sum, one) => sum + one, 0) <= 1, {
      error: 'Odds may be 1 together at the most',
    }),
  on: place.default(null),
  lagMs: milliseconds.default(60_000),
  holdMs: milliseconds.nullable().default(null),
  seed: z.int().nonnegative().nullable().default(null),
});
