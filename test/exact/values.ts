import { createHash } from 'node:crypto';
import type { Chance } from './chance.ts';

/**
 * Values whose right form is known because they were made from it: first what Meta should get, then
 * one of the ways in which people write it. Nothing here asks Muster what it would make of them.
 */

/** As columns of a request, in the order of the wire (contract.md, Sandbox truth). */
export const wireOrder = [
  ...['EXTERN_ID', 'EMAIL', 'PHONE', 'DOBY', 'DOBM', 'DOBD', 'LN', 'FN'],
  ...['FI', 'GEN', 'CT', 'ST', 'ZIP', 'COUNTRY', 'MADID'],
] as const;

/** What one cell gives Meta: key → the hash or the plain text. Empty when it cannot be used. */
type WireCells = Readonly<Record<string, string>>;

export interface Value {
  /** As it stands in the file. */
  readonly written: string;
  /** `country`: the person's own or the database's, upper-case; null when nobody says. */
  wire(country: string | null): WireCells;
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A value that says nothing to Meta: a trait, or something unusable. */
export function silent(written: string): Value {
  return { written, wire: () => ({}) };
}

function hashed(key: string, normal: string, written: string): Value {
  return { written, wire: () => ({ [key]: sha256(normal) }) };
}

export function email(chance: Chance, number: number): Value {
  const normal = `${chance.pick(['anna', 'o.neill', 'x_y', 'maria+shop'])}.${number}@mail${number % 7}.org`;
  const written = chance.pick([
    normal,
    normal.toUpperCase(),
    `  ${normal} `,
    `${normal[0]?.toUpperCase()}${normal.slice(1)}`,
    sha256(normal),
    sha256(normal).toUpperCase(),
  ]);
  return hashed('EMAIL', normal, written);
}

/** A German mobile number, or the same as people at home write it, which needs a country. */
export function phone(chance: Chance, number: number): Value {
  const national = `15${chance.pick(['1', '2', '7'])}${20_000_000 + number}`;
  const abroad = hashed(
    'PHONE',
    `49${national}`,
    chance.pick([
      `+49${national}`,
      `0049 ${national}`,
      `+49 (${national.slice(0, 3)}) ${national.slice(3, 7)}-${national.slice(7)}`,
    ]),
  );
  if (chance.happens(0.6)) return abroad;
  const codes: Readonly<Record<string, string>> = { DE: '49', AT: '43' };
  return {
    written: chance.pick([`0${national}`, `0${national.slice(0, 3)} / ${national.slice(3)}`]),
    wire: (country) =>
      country === null ? {} : { PHONE: sha256(`${codes[country] ?? ''}${national}`) },
  };
}

const firstNames = [
  ['anna', 'Anna'],
  ['zoë', ' ZOË'],
  ['jürgen', 'Jürgen'],
  ['annemarie', 'Anne-Marie'],
] as const;
const lastNames = [
  ['obrien', "O'Brien"],
  ['weiß', 'Weiß'],
  ['nowak', 'nowak '],
  ['müller', 'MÜLLER'],
] as const;
const cities = [
  ['munchen', 'München'],
  ['newyork', 'New York'],
  ['lodz', 'Łódź'],
  ['wien', 'Wien'],
] as const;
const countries = [
  ['de', 'Germany'],
  ['de', 'DE'],
  ['at', 'at'],
] as const;
const genders = [
  ['f', 'Female'],
  ['m', 'm'],
  ['f', 'F'],
] as const;

function oneOf(key: string, list: readonly (readonly [string, string])[]) {
  return (chance: Chance): Value => {
    const [normal, written] = chance.pick(list);
    return hashed(key, normal, written);
  };
}

export const firstName = oneOf('FN', firstNames);
export const lastName = oneOf('LN', lastNames);
export const city = oneOf('CT', cities);
export const gender = oneOf('GEN', genders);

export function country(chance: Chance): Value & { readonly code: string } {
  const [normal, written] = chance.pick(countries);
  return { ...hashed('COUNTRY', normal, written), code: normal.toUpperCase() };
}

export function postcode(chance: Chance): Value {
  const normal = String(10_000 + chance.below(80_000));
  return hashed('ZIP', normal, chance.pick([normal, ` ${normal}`]));
}

export function birthDate(chance: Chance): Value {
  const year = String(1950 + chance.below(50));
  const month = String(1 + chance.below(12)).padStart(2, '0');
  const day = String(13 + chance.below(15));
  return {
    written: chance.pick([`${year}-${month}-${day}`, `${day}.${month}.${year}`]),
    wire: () => ({ DOBY: sha256(year), DOBM: sha256(month), DOBD: sha256(day) }),
  };
}

export function mobileAdId(chance: Chance, number: number): Value {
  const normal = `0f3a2b1c-9d8e-4f70-8a6b-${number.toString(16).padStart(12, '0')}`;
  return { written: chance.pick([normal, normal.toUpperCase()]), wire: () => ({ MADID: normal }) };
}

/** Something is there, and it is no use (features.md §6.2). */
export function unusable(column: string, chance: Chance): Value {
  if (column.startsWith('email')) return silent(chance.pick(['no address', 'ann@', '---']));
  if (column === 'phone') return silent(chance.pick(['0000000', '---']));
  return silent('---');
}
