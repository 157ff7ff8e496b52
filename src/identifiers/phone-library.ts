import { createRequire } from 'node:module';
import type { CountryCode, MetadataJson, PhoneNumber } from 'libphonenumber-js/core';

type Core = typeof import('libphonenumber-js/core');

interface Library {
  readonly parse: Core['parsePhoneNumberFromString'];
  readonly isCountry: Core['isSupportedCountry'];
  readonly metadata: MetadataJson;
}

let loaded: Library | null = null;

/** Loaded on the first number that needs it: 50 ms and 20 MB that most commands never pay. */
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

export function hasNumberingPlan(country: string): country is CountryCode {
  const { isCountry, metadata } = library();
  return isCountry(country as CountryCode, metadata);
}

/** The number as the library reads it, null when it finds none. */
export function readNumber(text: string, country: CountryCode | null): PhoneNumber | null {
  const { parse, metadata } = library();
  const number = country === null ? parse(text, metadata) : parse(text, country, metadata);
  return number ?? null;
}
