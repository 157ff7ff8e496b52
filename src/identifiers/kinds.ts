import {
  type IdentifierField,
  type IdentifierKey,
  identifierKeys,
  identifyingKeys,
  plainKeys,
} from '#domain/identifier-keys.ts';
import { normaliseBirthDay, normaliseBirthMonth, normaliseBirthYear } from './birth-date.ts';
import { normaliseCity } from './city.ts';
import { normaliseCountry } from './country.ts';
import { normaliseEmail } from './email.ts';
import { normaliseExternalId } from './external-id.ts';
import { normaliseGender } from './gender.ts';
import { normaliseMobileAdId } from './mobile-ad-id.ts';
import { normaliseFirstInitial, normaliseFirstName, normaliseLastName } from './name.ts';
import type { Outcome } from './outcome.ts';
import { normalisePhone } from './phone.ts';
import { normalisePostcode } from './postcode.ts';
import type { Context } from './setting.ts';
import { normaliseState } from './state.ts';

/** One of Meta's keys: where it comes from and how its value is made. */
export interface Kind {
  readonly key: IdentifierKey;
  /** The fields of a profile that feed it. */
  readonly fields: readonly IdentifierField[];
  /** Its place in a row on the wire, from 0. */
  readonly order: number;
  /** A `value` outcome is sent as its SHA-256; otherwise as it is. */
  readonly hashed: boolean;
  /** Meta finds a person by this key alone. */
  readonly identifying: boolean;
  readonly normalise: (raw: string, context: Context) => Outcome;
}

type Rule = Pick<Kind, 'fields' | 'normalise'>;

const rules: Readonly<Record<IdentifierKey, Rule>> = {
  EXTERN_ID: { fields: ['externalId'], normalise: normaliseExternalId },
  EMAIL: { fields: ['email'], normalise: normaliseEmail },
  PHONE: { fields: ['phone'], normalise: normalisePhone },
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
  MADID: { fields: ['mobileAdId'], normalise: normaliseMobileAdId },
};

const identifying: ReadonlySet<string> = new Set(identifyingKeys);

/** The one table of what a row may hold, in wire order. */
export const kinds: readonly Kind[] = identifierKeys.map((key, order) => ({
  key,
  order,
  hashed: !plainKeys.has(key),
  identifying: identifying.has(key),
  ...rules[key],
}));
