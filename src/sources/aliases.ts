import { MARKETING, SALE_SHARING } from '#domain/consent.ts';
import {
  type BesideKey,
  type IdentifierField,
  type WireKey,
  identifierFields,
} from '#domain/identifier-keys.ts';

/**
 * Names of columns and traits that are understood without being told, in lower case: features.md §6.3 and the
 * list of contract.md "Files". Nothing that only looks similar is: a wrong guess would send a
 * stranger's value to Meta, a missing one costs a --map.
 */
const namesByField: { readonly [F in IdentifierField]?: readonly string[] } = {
  email: ['email', 'e_mail', 'e-mail', 'mail', 'email_address'],
  phone: ['phone', 'phone_number', 'phonenumber', 'mobile', 'telephone', 'tel'],
  // §6.3 counts these under the day; contract.md says that they hold a whole date.
  birthDate: ['birthdate', 'birthday', 'date_of_birth', 'dob', 'dateofbirth'],
  'birth.year': ['birth_year'],
  'birth.month': ['birth_month'],
  'birth.day': ['birth_day'],
  'name.first': ['first_name', 'firstname', 'first', 'given_name'],
  'name.last': ['last_name', 'lastname', 'last', 'surname', 'family_name'],
  gender: ['gender', 'gen', 'sex'],
  city: ['city', 'address_city', 'town'],
  state: ['state', 'address_state', 'region', 'province'],
  zip: ['zip', 'zip_code', 'zipcode', 'postcode', 'postal_code', 'plz'],
  country: ['country', 'country_code', 'countrycode'],
  mobileAdId: ['madid', 'idfa', 'gaid'],
};

/** Names of the id column in lower case; an earlier one wins over a later one. */
export const idNames = [
  'external_id',
  'externalid',
  'user_id',
  'userid',
  'customer_id',
  'contact_id',
  'id',
] as const;

const consentNames: ReadonlySet<string> = new Set(['marketing_consent', 'consent', 'opt_in']);

/** What Meta calls each field. IGUID is none of them: Meta documents no column for it. */
const metaKeys = {
  EXTERN_ID: 'externalId',
  EMAIL: 'email',
  PHONE: 'phone',
  DOBY: 'birth.year',
  DOBM: 'birth.month',
  DOBD: 'birth.day',
  LN: 'name.last',
  FN: 'name.first',
  FI: 'name.firstInitial',
  GEN: 'gender',
  CT: 'city',
  ST: 'state',
  ZIP: 'zip',
  COUNTRY: 'country',
  MADID: 'mobileAdId',
  APPUID: 'appUserId',
  PAGEUID: 'pageUserId',
  LOOKALIKE_VALUE: 'lookalikeValue',
  DATA_PROCESSING_OPTIONS: 'dataProcessingOptions',
  DATA_PROCESSING_OPTIONS_COUNTRY: 'dataProcessingCountry',
  DATA_PROCESSING_OPTIONS_STATE: 'dataProcessingState',
  app_ids: 'appId',
  page_ids: 'pageId',
  ig_account_ids: 'igAccountIds',
} as const satisfies Record<Exclude<WireKey, 'IGUID'> | BesideKey, IdentifierField>;

const aliases = new Map<string, IdentifierField>();
for (const field of identifierFields) {
  for (const name of namesByField[field] ?? []) aliases.set(name, field);
}

const keys = new Map<string, IdentifierField>();
for (const field of identifierFields) keys.set(field.toLowerCase(), field);
for (const [key, field] of Object.entries(metaKeys)) keys.set(key.toLowerCase(), field);

/** What Meta calls a field; a whole date has no key of its own. */
export function keyOfField(field: IdentifierField): string {
  return Object.entries(metaKeys).find(([, known]) => known === field)?.[0] ?? field;
}

/** Every KEY of --map, as people should write it. */
export const keyNames: readonly string[] = [...Object.keys(metaKeys), ...identifierFields];

export function fieldByAlias(name: string): IdentifierField | undefined {
  return aliases.get(name.toLowerCase());
}

export function fieldByKey(key: string): IdentifierField | undefined {
  return keys.get(key.toLowerCase());
}

export function isConsentName(name: string): boolean {
  return consentNames.has(name.toLowerCase()) || /^consent\.marketing$/i.test(name);
}

/** What a column or trait says about consent, besides the answer to marketing. */
export interface ConsentPart {
  readonly category: string;
  /** given: a yes or no. optOut: a yes is a no to it. usPrivacy: the IAB's string. The others go with it. */
  readonly part: 'given' | 'optOut' | 'usPrivacy' | ConsentDetail;
}

type ConsentDetail = 'basis' | 'source' | 'at' | 'proof';

/**
 * Signals by which somebody refuses the sale or sharing of their data: Global Privacy Control
 * (https://w3c.github.io/gpc/, read 2026-11-22) and the “do not sell or share” of California.
 */
const optOutNames: ReadonlySet<string> = new Set([
  ...['gpc', 'global_privacy_control', 'globalprivacycontrol', 'sec-gpc', 'ccpa_opt_out'],
  ...['do_not_sell', 'do_not_sell_or_share'],
]);

/** `consent.newsletter`, `consent.newsletter.basis`, `gpc`, `us_privacy`; the category as written. */
export function consentPart(name: string): ConsentPart | undefined {
  const lower = name.toLowerCase();
  if (optOutNames.has(lower)) return { category: SALE_SHARING, part: 'optOut' };
  if (lower === 'us_privacy' || lower === 'usprivacy') {
    return { category: SALE_SHARING, part: 'usPrivacy' };
  }
  const [, written, detail] = /^consent\.(.+?)(?:\.(basis|source|at|proof))?$/i.exec(name) ?? [];
  if (written === undefined) return undefined;
  const category = written.toLowerCase() === MARKETING ? MARKETING : written;
  return { category, part: (detail?.toLowerCase() ?? 'given') as ConsentPart['part'] };
}
