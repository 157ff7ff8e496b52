import {
  type FurtherKey,
  furtherKeys,
  type IdentifierField,
  type IdentifierKey,
  identifierKeys,
} from '#domain/identifier-keys.ts';
import { normaliseBirthDay, normaliseBirthMonth, normaliseBirthYear } from './birth-parts.ts';
import { normaliseCity } from './city.ts';
import { normaliseCountry } from './country.ts';
import {
  normaliseDataProcessingCountry,
  normaliseDataProcessingOptions,
  normaliseDataProcessingState,
} from './data-processing.ts';
import { normaliseEmail } from './email.ts';
import { normaliseExternalId } from './external-id.ts';
import { normaliseGender } from './gender.ts';
import { normaliseLookalikeValue } from './lookalike-value.ts';
import { normaliseMobileAdId } from './mobile-ad-id.ts';
import { normaliseFirstInitial, normaliseFirstName, normaliseLastName } from './name.ts';
import type { Outcome } from './outcome.ts';
import { normalisePhone } from './phone.ts';
import {
  normaliseAppUserId,
  normaliseInstagramUserId,
  normalisePageUserId,
} from './platform-id.ts';
import { normalisePostcode } from './postcode.ts';
import type { Context } from './setting.ts';
import { normaliseState } from './state.ts';

/** One of Meta's keys: where it comes from and how its value is made. */
export interface Kind {
  readonly key: IdentifierKey | FurtherKey;
  /** The fields of a profile that feed it; none for keys that a mapping feeds. */
  readonly fields: readonly IdentifierField[];
  /** Its place in a row on the wire, from 0. */
  readonly order: number;
  /** A `value` outcome is sent as its SHA-256; otherwise as it is. */
  readonly hashed: boolean;
  /** Meta finds a person by this key alone. */
  readonly identifying: boolean;
  readonly normalise: (raw: string, context: Context) => Outcome;
}

type Rule = Pick<Kind, 'fields' | 'normalise'> & {
  readonly plain?: true;
  readonly identifying?: true;
};

// biome-ignore format: a table
const rules: Readonly<Record<IdentifierKey | FurtherKey, Rule>> = {
  EXTERN_ID: { fields: ['externalId'], normalise: normaliseExternalId, plain: true, identifying: true },
  EMAIL: { fields: ['email'], normalise: normaliseEmail, identifying: true },
  PHONE: { fields: ['phone'], normalise: normalisePhone, identifying: true },
  DOBY: { fields: ['birth.year', 'birthDate'], normalise: normaliseBirthYear },
  DOBM: { fields: ['birth.month', 'birthDate'], normalise: normaliseBirthMonth },
  DOBD: { fields: ['birth.day', 'birthDate'], normalise: normaliseBirthDay },
  LN: { fields: ['name.last'], normalise: normaliseLastName },
  FN: { fields: ['name.first'], normalise: normaliseFirstName },
  FI: { fields: ['name.firstInitial'], normalise: normaliseFirstInitial },
  GEN: { fields: ['gender'], normalise: normaliseGender },
  CT: { fields: ['city'], normalise: normaliseCity },
  ST: { fields: ['state'], normalise: normaliseState },
  ZIP: { fields: ['zip'], normalise: normalisePostcode },
  COUNTRY: { fields: ['country'], normalise: normaliseCountry },
  MADID: { fields: ['mobileAdId'], normalise: normaliseMobileAdId, plain: true, identifying: true },
  APPUID: { fields: [], normalise: normaliseAppUserId, plain: true, identifying: true },
  PAGEUID: { fields: [], normalise: normalisePageUserId, plain: true, identifying: true },
  IGUID: { fields: [], normalise: normaliseInstagramUserId, plain: true, identifying: true },
  LOOKALIKE_VALUE: { fields: [], normalise: normaliseLookalikeValue, plain: true },
  DATA_PROCESSING_OPTIONS: { fields: [], normalise: normaliseDataProcessingOptions, plain: true },
  DATA_PROCESSING_OPTIONS_COUNTRY: { fields: [], normalise: normaliseDataProcessingCountry, plain: true },
  DATA_PROCESSING_OPTIONS_STATE: { fields: [], normalise: normaliseDataProcessingState, plain: true },
};

/** The one table of what a row may hold, in wire order: the fifteen, then the further keys. */
export const kinds: readonly Kind[] = [...identifierKeys, ...furtherKeys].map((key, order) => {
  const { fields, normalise, plain = false, identifying = false } = rules[key];
  return { key, fields, order, hashed: !plain, identifying, normalise };
});

/** The kind of one of Meta's keys. */
export function kindOf(key: IdentifierKey | FurtherKey): Kind {
  return byKey[key];
}

const byKey = Object.fromEntries(kinds.map((kind) => [kind.key, kind])) as Readonly<
  Record<IdentifierKey | FurtherKey, Kind>
>;
