import type { RawIdentifiers } from '#domain/identifier-keys.ts';
import { countryOfRow } from './country.ts';
import { firstOf, isUsable, valuesOf } from './found.ts';
import { kindOf } from './kinds.ts';
import type { Outcome } from './outcome.ts';
import { isWithoutCountry } from './phone.ts';
import { internationalNumber } from './phone-library.ts';
import type { Setting } from './setting.ts';

/** What a default country would bring. */
export interface Gain {
  /** Alpha-2 in capitals. */
  readonly defaultCountry: string;
  /** People whose phone becomes usable. */
  readonly phones: number;
}

/** To choose from where nothing in the list says where its people are. */
const wellKnown = (
  'US GB DE FR IT ES BR MX IN ID JP KR PL NL BE AT CH SE NO DK FI PT IE CA AU NZ ZA AR CL CO TR UA RO CZ ' +
  'HU GR'
).split(' ');
const likelyTried = 5;
const gainsShown = 3;
const phonesWeighed = 100;

/**
 * Tries default countries on the phones that lack one: the likeliest of the list, or well-known ones
 * where nothing is likely. A second look at the same people as coverage.ts, because the likeliest
 * are known only at the end of the first.
 */
export class CountryTrial {
  readonly #setting: Setting;
  readonly #isGuess: boolean;
  readonly #tried: { readonly country: string; phones: number; valid: number }[];
  #weighed = 0;

  constructor(setting: Setting, likely: readonly string[]) {
    this.#setting = setting;
    this.#isGuess = likely.length === 0;
    const countries = this.#isGuess ? wellKnown : likely.slice(0, likelyTried);
    this.#tried = countries.map((country) => ({ country, phones: 0, valid: 0 }));
  }

  add(raw: RawIdentifiers): void {
    if (countryOfRow(firstOf(raw.country)) !== null) return;
    const phones = valuesOf(raw.phone);
    const outcomes = phones.map((phone) => this.#read(phone, null));
    if (outcomes.some(isUsable) || !outcomes.some(isWithoutCountry)) return;
    const weigh = this.#isGuess && this.#weighed < phonesWeighed;
    if (weigh) this.#weighed += 1;
    for (const trial of this.#tried) {
      const made = phones.map((phone) => this.#read(phone, trial.country)).find(isUsable);
      if (made?.kind !== 'value') continue;
      trial.phones += 1;
      if (weigh && isAssigned(made.normalised, trial.country)) trial.valid += 1;
    }
  }

  #read(phone: string, country: string | null): Outcome {
    return kindOf('PHONE').normalise(phone, { country, setting: this.#setting });
  }

  /** The likeliest first; none that brings nothing. */
  report(): Gain[] {
    const tried = this.#isGuess
      ? this.#tried.toSorted((a, b) => b.valid - a.valid || b.phones - a.phones)
      : this.#tried;
    return tried
      .filter(({ phones }) => phones > 0)
      .slice(0, gainsShown)
      .map(({ country, phones }) => ({ defaultCountry: country, phones }));
  }
}

/** Whether such numbers are given out there: lengths alone fit too many countries. */
function isAssigned(digits: string, country: string): boolean {
  const number = internationalNumber(`+${digits}`);
  return number?.country === country && number.isValid();
}
