import type { Command } from 'commander';
import { MusterError } from '#domain/errors/muster-error.ts';
import { choiceNames, type ChoiceName, type Chosen, choices } from '#identifiers/setting.ts';

const words: { readonly [Name in ChoiceName]: string } = {
  externalId: 'external ids as they are, or as their SHA-256',
  dateOrder: 'how to read 03/04/1990',
  nameSpaces: 'spaces inside names: a run is one, or all go',
  placeAccents: 'München as munchen, mnchen or münchen',
  canadianProvinces: 'Ontario as on or ontario',
  postcodeDashes: '01310-100 as it is, or as 01310100',
  ukPostcodes: 'SW1A 1AA as sw1a1 or sw1a1aa',
  emails: 'of several e-mails of one person all (three at most), the first or the last',
  phones: 'the same of phones',
  mobileAdIds: 'the same of mobile advertising ids',
  limitedDataUse: 'ask Meta for Limited Data Use for people in California',
};

/** The rules that Meta leaves open, one option each (docs/normalising.md). */
export function normalisingOptions(command: Command, names: readonly ChoiceName[]): void {
  for (const name of names) {
    const [first, ...others] = choices[name];
    const flag = `--${kebab(name)} <${[first, ...others].join('|')}>`;
    command.option(flag, `${words[name]} (default ${first})`);
  }
}

/** Those that were given. @throws MusterError USAGE */
export function readNormalising(command: Command): Chosen {
  const given = command.opts<Partial<Record<ChoiceName, string>>>();
  const chosen: Partial<Record<ChoiceName, string>> = {};
  for (const name of choiceNames) {
    const value = given[name];
    if (value === undefined) continue;
    const allowed: readonly string[] = choices[name];
    if (!allowed.includes(value)) {
      const measured = `--${kebab(name)} “${value}” is not one of ${allowed.join(', ')}`;
      throw new MusterError('USAGE', measured);
    }
    chosen[name] = value;
  }
  // Each value is one of its own name's, as was just checked.
  return chosen as Chosen;
}

export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
