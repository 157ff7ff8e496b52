import { identifierKeys } from '#domain/identifier-keys.ts';

/**
 * Every column a customer list may carry, in the order in which we keep and show them: the fifteen
 * of the wire, then the others that Meta names (custom-audience/users reference, read 2026-09-12).
 */
export const wireKeys = [
  ...identifierKeys,
  'UID',
  'APPUID',
  'PAGEUID',
  'LOOKALIKE_VALUE',
  'DATA_PROCESSING_OPTIONS',
  'DATA_PROCESSING_OPTIONS_COUNTRY',
  'DATA_PROCESSING_OPTIONS_STATE',
  // Behind those that states of before it know by their place. A name of ours: Meta documents the
  // parameter `ig_account_ids` and no key for it.
  'IGUID',
] as const;

export type WireKey = (typeof wireKeys)[number];

/** How many of them every row of the truth shows, filled or not. */
export const shownAlways = identifierKeys.length;

/** What names one person: enough to match, to replace and to remove by. */
export const identifyingWireKeys: ReadonlySet<WireKey> = new Set([
  'EXTERN_ID',
  'EMAIL',
  'PHONE',
  'MADID',
  'UID',
  'APPUID',
  'PAGEUID',
  'IGUID',
]);

/** What Meta takes as it is; every other key is SHA-256 in lower-case hex. */
export const plainWireKeys: ReadonlySet<WireKey> = new Set([
  'EXTERN_ID',
  'MADID',
  'UID',
  'APPUID',
  'PAGEUID',
  'LOOKALIKE_VALUE',
  'DATA_PROCESSING_OPTIONS',
  'DATA_PROCESSING_OPTIONS_COUNTRY',
  'DATA_PROCESSING_OPTIONS_STATE',
  'IGUID',
]);

/** The one-key schemas of before multi-key uploads, each standing for a column. */
export const legacySchemas: Readonly<Record<string, WireKey>> = {
  EMAIL_SHA256: 'EMAIL',
  PHONE_SHA256: 'PHONE',
  MOBILE_ADVERTISER_ID: 'MADID',
};

export function isWireKey(name: string): name is WireKey {
  return (wireKeys as readonly string[]).includes(name);
}
