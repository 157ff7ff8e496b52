import { createRequire } from 'node:module';
import type { CountryCode, MetadataJson, PhoneNumber } from 'libphonenumber-js/core';

type Core = typeof import('libphonenumber-js/core');

interface Library {
  readonly parse: Core['parsePhoneNumberFromString'];
  readonly isCountry: Core['isSupportedCountry'];
  readonly metadata: MetadataJson;
}

let loaded: Library | null = null;

/**
 * Loaded on the first number that needs it: 40 ms and 15 MB that most commands never pay. The `max`
 * metadata, because whether a bare number is valid decides between two readings of it, and `min`
 * only knows lengths.
 */
function library(): Library {
  if (loaded === null) {
    const require = createRequire(import.meta.url);
    const core = require('libphonenumber-js/core') as Core;
    loaded = {
      parse: core.parsePhoneNumberFromString,
      isCountry: core.isSupportedCountry,
      metadata: require('libphonenumber-js/metadata.max.json') as MetadataJson,
    };
  }
  return loaded;
}

/** An international number with its plus, as the library reads it; null when it finds none. */
export function internationalNumber(text: string): PhoneNumber | null {
  const { parse, metadata } = library();
  return parse(text, metadata) ?? null;
}

/** A number as dialled in this country (alpha-2, upper-case); null for a country without a plan. */
export function nationalNumber(text: string, country: string): PhoneNumber | null {
  const { parse, isCountry, metadata } = library();
  if (!isCountry(country as CountryCode, metadata)) return null;
  return parse(text, country as CountryCode, metadata) ?? null;
}
