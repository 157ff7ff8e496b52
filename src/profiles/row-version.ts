import { normaliserVersion } from '#identifiers/normalise.ts';
import { type Chosen, defaultSetting, type Setting } from '#identifiers/setting.ts';

/** What a database says about how its values are read. */
export interface RowRules {
  /** Alpha-2 in capitals. */
  readonly defaultCountry: string | null;
  readonly normalising: Chosen;
}

/** The rules of one database, completed with the defaults and the caller's clock. */
export function settingOf(rules: RowRules, currentYear: number): Setting {
  const { defaultCountry, normalising } = rules;
  return { ...defaultSetting(currentYear), ...normalising, defaultCountry };
}

/**
 * Names the rules that a match row was made by. The current year is left out: it only bounds birth
 * years, and must not make every row new each January.
 */
export function rowVersionOf({ currentYear: _, ...rules }: Setting): string {
  return `${normaliserVersion} ${JSON.stringify(rules)}`;
}
