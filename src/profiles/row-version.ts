import { normaliserVersion } from '#identifiers/normalise.ts';
import { defaultSetting, type Setting } from '#identifiers/setting.ts';

/** The rules of one database, from its default country and the caller's clock. */
export function settingOf(defaultCountry: string | null, currentYear: number): Setting {
  return { ...defaultSetting(currentYear), defaultCountry };
}

/**
 * Names the rules that a match row was made by. The current year is left out: it only bounds birth
 * years, and must not make every row new each January.
 */
export function rowVersionOf({ currentYear: _, ...rules }: Setting): string {
  return `${normaliserVersion} ${JSON.stringify(rules)}`;
}
