import { SALE_SHARING } from '#domain/consent.ts';
import type { JsonObject } from './call.ts';

/**
 * What the context of a call says about consent, by category; undefined: nothing.
 * - `consent.categoryPreferences`: every event of Segment's SDKs carries it where a consent platform is
 *   wired in (https://www.twilio.com/docs/segment/privacy/consent-management/consent-in-unify, read
 *   2026-11-22).
 * - `consentManagement.allowedConsentIds` and `deniedConsentIds`: RudderStack's way to say the same.
 * - `gpc` or `globalPrivacyControl` true, or a request with the header `Sec-GPC: 1`
 *   (https://w3c.github.io/gpc/, read 2026-11-22): a no to sale and sharing. No signal says nothing.
 */
export function readConsents(
  context: JsonObject,
  requestHasGpc: boolean,
): Readonly<Record<string, boolean>> | undefined {
  const said = new Map<string, boolean>();
  const preferences = asObject(asObject(context['consent'])?.['categoryPreferences']);
  for (const [category, given] of Object.entries(preferences ?? {})) {
    // Whatever is no clear yes is a no, as in a file.
    if (category !== '') said.set(category, given === true);
  }
  const managed = asObject(context['consentManagement']);
  for (const category of textsOf(managed?.['allowedConsentIds'])) said.set(category, true);
  for (const category of textsOf(managed?.['deniedConsentIds'])) said.set(category, false);
  const hasSignal = [context['gpc'], context['globalPrivacyControl']].some(
    (signal) => signal === true || signal === 1 || signal === '1' || signal === 'true',
  );
  if (hasSignal || requestHasGpc) said.set(SALE_SHARING, false);
  return said.size === 0 ? undefined : Object.fromEntries(said);
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string' && one !== '') : [];
}

function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}
