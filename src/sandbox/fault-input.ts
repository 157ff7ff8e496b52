import { z } from 'zod';
import { faultNames } from './faults.ts';
import { endpointFamilies, endpointNames } from './routes.ts';

const milliseconds = z.int().nonnegative();
const place = z.enum([...endpointNames, ...endpointFamilies]).nullable();
const aim = z.string().min(1).nullable();

/** A fault as it is asked for over HTTP. */
export const faultWanted = z.strictObject({
  name: z.enum(faultNames),
  times: z.int().positive().nullable().default(1),
  on: place.default(null),
  target: aim.default(null),
  valuePrefix: aim.default(null),
  code: z.int().positive().nullable().default(null),
  lagMs: milliseconds.default(60_000),
  holdMs: milliseconds.nullable().default(null),
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
});
