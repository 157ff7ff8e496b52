import { firstLook } from './first-look.ts';
import { sha256Hex } from './hash.ts';
import { hashed, type Outcome, value } from './outcome.ts';
import type { Context } from './setting.ts';

const sha256 = /^[0-9a-f]{64}$/i;

/** The company's own id, byte for byte, or its SHA-256 if the setting says so. */
export function normaliseExternalId(raw: string, context: Context): Outcome {
  const early = firstLook(raw.trim(), 'external id');
  if (early !== null) return early;
  if (context.setting.externalId === 'as-is') return value(raw);
  return hashed(sha256.test(raw) ? raw.toLowerCase() : sha256Hex(raw));
}
