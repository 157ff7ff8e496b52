import type { FurtherKey, IdentifierKey } from '#domain/identifier-keys.ts';
import { kindOf } from './kinds.ts';
import type { Outcome } from './outcome.ts';
import type { Context } from './setting.ts';

/** Raised whenever the outcome of any input changes, and kept with every match row. */
export const normaliserVersion: number = 4;

/**
 * What becomes of one raw value under one of Meta's keys. Pure; never throws for a bad value.
 * A `value` of a hashed kind still has to be hashed (`sha256Hex`), a `hashed` one goes as it is.
 */
export function normalise(key: IdentifierKey | FurtherKey, raw: string, context: Context): Outcome {
  return kindOf(key).normalise(raw, context);
}
