import { MusterError } from '#domain/errors/muster-error.ts';
import { countryOfRow } from '#identifiers/country.ts';

/** What `--country` says, as alpha-2 in capitals; null where it was not given. */
export function readCountry(text: string | undefined): string | null {
  if (text === undefined) return null;
  const country = countryOfRow(text);
  if (country !== null) return country;
  throw new MusterError(
    'USAGE',
    `--country “${text}” is no country; write two letters, such as DE`,
  );
}
