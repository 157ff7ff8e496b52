import { createRequire } from 'node:module';
import { type Case, casesOf } from '../case.ts';

const require = createRequire(import.meta.url);
const codes = require('i18n-iso-countries/codes.json') as [string, string, string, string][];

const tested =
  'AE AR AT AU BE BG BR CA CH CL CN CO CZ DE DK EE EG ES FI FR GB GR HK HR HU ID IE IL IN IS IT JP KE KR ' +
  'LT LU LV MA MT MX MY NG NL NO NZ PE PH PK PL PT RO RS RU SA SE SG SI SK TH TN TR TW UA US UY VN ZA';
const languages = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'tr', 'ja'];

/** Codes from ISO 3166-1, names from Unicode CLDR: neither goes through the code under test. */
export function countryCases(): Case[] {
  return [...tested.split(' ').flatMap(ofCountry), ...handWritten];
}

function ofCountry(country: string): Case[] {
  const expected = country.toLowerCase();
  const alpha3 = codes.find(([two]) => two === country)?.[1] ?? '';
  const inputs: [string, string][] = [
    [country, 'ISO 3166-1 alpha-2'],
    [` ${expected} `, 'ISO 3166-1 alpha-2'],
    [alpha3, 'ISO 3166-1 alpha-3'],
  ];
  const seen = new Set<string>();
  for (const language of languages) {
    const name = new Intl.DisplayNames(language, { type: 'region' }).of(country) ?? '';
    if (!seen.has(name)) inputs.push([name, `CLDR name in ${language}`]);
    seen.add(name);
  }
  return inputs.map(([input, why]) => ({ key: 'COUNTRY', input, expected, why }));
}

const handWritten = [
  ...casesOf(
    'COUNTRY',
    'everyday names and codes; ISO keeps UK for the United Kingdom',
    `
    UK | | gb
    U.K. | | gb
    USA | | us
    U.S.A. | | us
    U.S. | | us
    United States | | us
    united states of america | | us
    The Netherlands | | nl
    Holland | | nl
    England | | gb
    Scotland | | gb
    Great Britain | | gb
    Czech Republic | | cz
    Ivory Coast | | ci
    Côte d’Ivoire | | ci
    CÔTE D'IVOIRE | | ci
    Cote dIvoire | | ci
    South Korea | | kr
    North Korea | | kp
    Korea, Republic of | | kr
    Iran, Islamic Republic of | | ir
    Bolivia (Plurinational State of) | | bo
    Russia | | ru
    Russian Federation | | ru
    Viet Nam | | vn
    Vietnam | | vn
    Türkiye | | tr
    Turkey | | tr
    UAE | | ae
    Niger | | ne
    Nigeria | | ng
    Dominica | | dm
    Dominican Republic | | do
    Guinea | | gn
    Equatorial Guinea | | gq
    Papua New Guinea | | pg
    Ireland | | ie
    Northern Ireland | | gb
    Georgia | | ge
    ＤＥ | | de
    Germany (DE) | | de
    US - United States | | us
    DRC | | cd
    `,
  ),
  ...casesOf(
    'COUNTRY',
    'not a country: never the first two letters',
    `
    Europe | | (country: not a country we know)
    ZZ | | (country: not a country we know)
    Georgia, USA | | (country: not a country we know) | two countries in one cell
    840 | | (country: not a country we know) | a number may be ISO's or a row of somebody's table
    Atlantis | | (country: not a country we know)
    12345 | | (country: not a country we know)
    unknown | | (country: a placeholder for an empty value)
    - | | (country: only punctuation)
    `,
  ),
];
