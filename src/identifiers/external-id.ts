import { firstLook } from './first-look.ts';
import { sha256Hex } from './hash.ts';
import { hashed, type Outcome, value } from './outcome.ts';
import type { Context } from './setting.ts';

const sha256 = /^[0-9a-f]{64}$/i;
const email = /^\s*[^\s@]+@[^\s@]+\s*$/;
const phone = /^\s*\+\d[\d\s().-]{6,}$/;

/**
 * The company's own id, byte for byte, or its SHA-256 if the setting says so. An id that is an e-mail
 * address or a phone number never goes plain, whatever the setting (decision 14).
 */
export function normaliseExternalId(raw: string, context: Context): Outcome {
  const early = firstLook(raw.trim(), 'external id');
  if (early !== null) return early;
  if (context.setting.externalId === 'as-is' && !isPersonal(raw)) return value(raw);
  return hashed(sha256.test(raw) ? raw.toLowerCase() : sha256Hex(raw));
}

/** An id that says who somebody is. */
export function isPersonal(externalId: string): boolean {
  if (externalId.includes('@')) return email.test(externalId);
  return externalId.includes('+') && phone.test(externalId);
}
