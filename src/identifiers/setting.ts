/**
 * The rules that Meta leaves open, each with a name. What published helpers do and why a default
 * is as it is: docs/normalising.md.
 */
export interface Setting {
  /** For phones, postcodes and states of rows without a country: alpha-2, upper-case. Never sent. */
  readonly defaultCountry: string | null;
  /** External ids go as they are, or as their SHA-256. The same for additions and removals. */
  readonly externalId: 'as-is' | 'sha256';
  /** The year it is now, from the caller's clock: birth years end here. */
  readonly currentYear: number;
  /** How to read 03/04/1990. Held back: the year goes, month and day do not. */
  readonly dateOrder: 'held-back' | 'day-first' | 'month-first';
  /** Spaces inside names: runs become one space, or all go. */
  readonly nameSpaces: 'single' | 'removed';
  /** München as a city or state: munchen, mnchen or münchen. */
  readonly placeAccents: 'transliterated' | 'dropped' | 'kept';
  /** Canadian provinces by name: their two-letter code, or the name in lower case. */
  readonly canadianProvinces: 'code' | 'name';
  /** Postcodes outside the US and the UK: 01310-100 or 01310100. */
  readonly postcodeDashes: 'kept' | 'dropped';
  /** SW1A 1AA as sw1a1 (area, district, sector) or sw1a1aa. */
  readonly ukPostcodes: 'sector' | 'full';
  /** Of several e-mails of one person those that are sent, in the order in which they came. */
  readonly emails: Strategy;
  readonly phones: Strategy;
  readonly mobileAdIds: Strategy;
  /** Whether rows of people in California ask Meta for Limited Data Use. */
  readonly limitedDataUse: 'off' | 'californians';
}

/** All: the first three (features.md P-21). */
type Strategy = 'all' | 'first' | 'last';

/** The rules that somebody may choose. */
type Choices = Omit<Setting, 'defaultCountry' | 'currentYear'>;
export type ChoiceName = keyof Choices;
/** Those that differ from their defaults. */
export type Chosen = Partial<Choices>;

/** Every choice, the default first: the one we reason for in docs/normalising.md. */
export const choices = {
  externalId: ['as-is', 'sha256'],
  dateOrder: ['held-back', 'day-first', 'month-first'],
  nameSpaces: ['single', 'removed'],
  placeAccents: ['transliterated', 'dropped', 'kept'],
  canadianProvinces: ['code', 'name'],
  postcodeDashes: ['kept', 'dropped'],
  ukPostcodes: ['sector', 'full'],
  emails: ['all', 'first', 'last'],
  phones: ['all', 'first', 'last'],
  mobileAdIds: ['all', 'first', 'last'],
  limitedDataUse: ['off', 'californians'],
} as const satisfies { readonly [Name in ChoiceName]: readonly Choices[Name][] };

/** How one value is read; the other choices are about what of a person is sent. */
export const valueChoices = [
  ...(['externalId', 'dateOrder', 'nameSpaces', 'placeAccents', 'canadianProvinces'] as const),
  ...(['postcodeDashes', 'ukPostcodes'] as const),
] satisfies readonly ChoiceName[];

/** Every choice by name. */
export const choiceNames = Object.keys(choices) as ChoiceName[];

/** The setting with all its defaults; the caller's clock says which year it is. */
export function defaultSetting(currentYear: number): Setting {
  return {
    defaultCountry: null,
    currentYear,
    externalId: choices.externalId[0],
    dateOrder: choices.dateOrder[0],
    nameSpaces: choices.nameSpaces[0],
    placeAccents: choices.placeAccents[0],
    canadianProvinces: choices.canadianProvinces[0],
    postcodeDashes: choices.postcodeDashes[0],
    ukPostcodes: choices.ukPostcodes[0],
    emails: choices.emails[0],
    phones: choices.phones[0],
    mobileAdIds: choices.mobileAdIds[0],
    limitedDataUse: choices.limitedDataUse[0],
  };
}

/** What is known around one value. `country` is the row's own, alpha-2 upper-case, or null. */
export interface Context {
  readonly country: string | null;
  readonly setting: Setting;
}

/** The country whose rules apply: the row's own, else the database's. */
export function countryOf(context: Context): string | null {
  return context.country ?? context.setting.defaultCountry;
}
