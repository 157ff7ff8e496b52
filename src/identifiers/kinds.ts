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
import { isTooLong, type Outcome, tooLong } from './outcome.ts';
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
  /** In words; every reason begins with it. */
  readonly label: string;
  /** The fields of a profile that feed it; none for a key that Meta does not take as a column. */
  readonly fields: readonly IdentifierField[];
  /** Its place in a row on the wire, from 0. */
  readonly order: number;
  /** A `value` outcome is sent as its SHA-256; otherwise as it is. */
  readonly hashed: boolean;
  /** Meta finds a person by this key alone. */
  readonly identifying: boolean;
  readonly normalise: (raw: string, context: Context) => Outcome;
}

type Rule = Pick<Kind, 'label' | 'fields' | 'normalise'> & {
  readonly plain?: true;
  readonly identifying?: true;
};

// biome-ignore format: a table
const rules: Readonly<Record<IdentifierKey | FurtherKey, Rule>> = {
  EXTERN_ID: { label: 'external id', fields: ['externalId'], normalise: normaliseExternalId, plain: true, identifying: true },
  EMAIL: { label: 'email', fields: ['email'], normalise: normaliseEmail, identifying: true },
  PHONE: { label: 'phone', fields: ['phone'], normalise: normalisePhone, identifying: true },
  DOBY: { label: 'birth year', fields: ['birth.year', 'birthDate'], normalise: normaliseBirthYear },
  DOBM: { label: 'birth month', fields: ['birth.month', 'birthDate'], normalise: normaliseBirthMonth },
  DOBD: { label: 'birth day', fields: ['birth.day', 'birthDate'], normalise: normaliseBirthDay },
  LN: { label: 'last name', fields: ['name.last'], normalise: normaliseLastName },
  FN: { label: 'first name', fields: ['name.first'], normalise: normaliseFirstName },
  FI: { label: 'first initial', fields: ['name.firstInitial'], normalise: normaliseFirstInitial },
  GEN: { label: 'gender', fields: ['gender'], normalise: normaliseGender },
  CT: { label: 'city', fields: ['city'], normalise: normaliseCity },
  ST: { label: 'state', fields: ['state'], normalise: normaliseState },
  ZIP: { label: 'zip', fields: ['zip'], normalise: normalisePostcode },
  COUNTRY: { label: 'country', fields: ['country'], normalise: normaliseCountry },
  MADID: { label: 'mobile ad id', fields: ['mobileAdId'], normalise: normaliseMobileAdId, plain: true, identifying: true },
  APPUID: { label: 'app user id', fields: ['appUserId'], normalise: normaliseAppUserId, plain: true, identifying: true },
  PAGEUID: { label: 'page user id', fields: ['pageUserId'], normalise: normalisePageUserId, plain: true, identifying: true },
  IGUID: { label: 'instagram user id', fields: [], normalise: normaliseInstagramUserId, plain: true, identifying: true },
  LOOKALIKE_VALUE: { label: 'lookalike value', fields: ['lookalikeValue'], normalise: normaliseLookalikeValue, plain: true },
  DATA_PROCESSING_OPTIONS: { label: 'data processing options', fields: ['dataProcessingOptions'], normalise: normaliseDataProcessingOptions, plain: true },
  DATA_PROCESSING_OPTIONS_COUNTRY: { label: 'data processing country', fields: ['dataProcessingCountry'], normalise: normaliseDataProcessingCountry, plain: true },
  DATA_PROCESSING_OPTIONS_STATE: { label: 'data processing state', fields: ['dataProcessingState'], normalise: normaliseDataProcessingState, plain: true },
};

/** The one table of what a row may hold, in wire order: the fifteen, then the further keys. */
export const kinds: readonly Kind[] = [...identifierKeys, ...furtherKeys].map((key, order) => {
  const { label, fields, normalise, plain = false, identifying = false } = rules[key];
  const hashed = !plain;
  return { key, label, fields, order, hashed, identifying, normalise: bounded(label, normalise) };
});

/** So that no rule meets a cell of a hundred kilobytes, over which a pattern would take minutes. */
function bounded(label: string, rule: Kind['normalise']): Kind['normalise'] {
  return (raw, context) => (isTooLong(raw) ? tooLong(label) : rule(raw, context));
}

/** The kind of one of Meta's keys. */
export function kindOf(key: IdentifierKey | FurtherKey): Kind {
  return byKey[key];
}

const byKey = Object.fromEntries(kinds.map((kind) => [kind.key, kind])) as Readonly<
  Record<IdentifierKey | FurtherKey, Kind>
>;
