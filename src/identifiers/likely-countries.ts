import { countryOfRow } from './country.ts';
import type { Found } from './found.ts';
import { internationalNumber } from './phone-library.ts';

// Country codes that are used as words: .io and .ai say nothing about where somebody lives.
const wordDomains: ReadonlySet<string> = new Set(
  'ai am cc cd co fm gg im io la ly me nu pw sh st tk to tv vc ws'.split(' '),
);
const countryDomain = /\.([a-z]{2})$/;
const phonesRead = 2_000;

/** Guesses where the people of a list are, from what some of them say. */
export class LikelyCountries {
  readonly #counts = new Map<string, number>();
  #phonesLeft = phonesRead;

  /** `country` is the person's own, alpha-2 in capitals, or null. */
  add(country: string | null, found: readonly Found[]): void {
    const from = country ?? this.#ofPhone(found) ?? ofEmail(found);
    if (from !== null) this.#counts.set(from, (this.#counts.get(from) ?? 0) + 1);
  }

  /** Alpha-2 in capitals, the likeliest first. */
  report(): string[] {
    return [...this.#counts].sort(([, a], [, b]) => b - a).map(([country]) => country);
  }

  #ofPhone(found: readonly Found[]): string | null {
    const digits = valueOf(found, 'PHONE');
    if (digits === null || this.#phonesLeft === 0) return null;
    this.#phonesLeft -= 1;
    return internationalNumber(`+${digits}`)?.country ?? null;
  }
}

function ofEmail(found: readonly Found[]): string | null {
  const domain = countryDomain.exec(valueOf(found, 'EMAIL') ?? '')?.[1];
  return domain === undefined || wordDomains.has(domain) ? null : countryOfRow(domain);
}

function valueOf(found: readonly Found[], key: Found['key']): string | null {
  const outcome = found.find((one) => one.key === key)?.outcome;
  return outcome?.kind === 'value' ? outcome.normalised : null;
}
