/**
 * Meta's keys for one row of a customer list, in the order in which they go over the wire
 * (https://developers.facebook.com/documentation/ads-commerce/marketing-api/audiences/guides/custom-audiences,
 * read 2026-09-12). The first fifteen are the columns every audience may have.
 */
export const identifierKeys = [
  'EXTERN_ID',
  'EMAIL',
  'PHONE',
  'DOBY',
  'DOBM',
  'DOBD',
  'LN',
  'FN',
  'FI',
  'GEN',
  'CT',
  'ST',
  'ZIP',
  'COUNTRY',
  'MADID',
] as const;

export type IdentifierKey = (typeof identifierKeys)[number];

/** Keys by which Meta finds a person: one of them is enough to match, and enough to remove. */
export const identifyingKeys = [
  'EXTERN_ID',
  'EMAIL',
  'PHONE',
  'MADID',
  'APPUID',
  'PAGEUID',
] as const;

export type IdentifyingKey = (typeof identifyingKeys)[number];

/** Keys that Meta wants as they are; all others are SHA-256 in lower-case hex. */
export const plainKeys: ReadonlySet<IdentifierKey> = new Set(['EXTERN_ID', 'MADID']);

/**
 * What a profile holds and a file can be mapped to (features.md §6.1). `birthDate` is one date that
 * feeds year, month and day.
 */
export const identifierFields = [
  'externalId',
  'email',
  'phone',
  'birthDate',
  'birth.year',
  'birth.month',
  'birth.day',
  'name.last',
  'name.first',
  'name.firstInitial',
  'gender',
  'city',
  'state',
  'zip',
  'country',
  'mobileAdId',
  // What only a --map feeds: ids that Meta gave out and whose they are, and what a row says of itself.
  'appUserId',
  'appId',
  'pageUserId',
  'pageId',
  'igAccountIds',
  'lookalikeValue',
  'dataProcessingOptions',
  'dataProcessingCountry',
  'dataProcessingState',
] as const;

export type IdentifierField = (typeof identifierFields)[number];

/** The raw values of one profile, as they came. Several e-mails or phones are an array. */
export type RawIdentifiers = { readonly [F in IdentifierField]?: string | readonly string[] };

/**
 * Keys that only some audiences have; on the wire they come after the fifteen. All go plain. IGUID is
 * our name: Meta documents the parameter `ig_account_ids` and no key for it.
 */
export const furtherKeys = [
  'APPUID',
  'PAGEUID',
  'IGUID',
  'LOOKALIKE_VALUE',
  'DATA_PROCESSING_OPTIONS',
  'DATA_PROCESSING_OPTIONS_COUNTRY',
  'DATA_PROCESSING_OPTIONS_STATE',
] as const;

export type FurtherKey = (typeof furtherKeys)[number];

/** A column of a request. */
export type WireKey = IdentifierKey | FurtherKey;

/** What stands beside the rows of a request, one entry a row: whose app or page a user id is of. */
export const besideKeys = ['app_ids', 'page_ids', 'ig_account_ids'] as const;

export type BesideKey = (typeof besideKeys)[number];

/** Everything that a match row may hold, in its order. The fifteen are first, others are rare. */
export const rowKeys: readonly (WireKey | BesideKey)[] = [
  ...identifierKeys,
  ...furtherKeys,
  ...besideKeys,
];

/** The first that is no column. */
export const firstBeside: number = identifierKeys.length + furtherKeys.length;
