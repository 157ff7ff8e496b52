import { createRequire } from 'node:module';
import { type Case, casesOf } from '../case.ts';

const require = createRequire(import.meta.url);

interface Metadata {
  readonly countries: Readonly<Record<string, readonly unknown[]>>;
}

// Google's example mobile numbers and the calling code and trunk prefix of each country, read from
// the tables only: no parser has a hand in what is expected.
const examples = require('libphonenumber-js/examples.mobile.json') as Record<string, string>;
const { countries } = require('libphonenumber-js/metadata.max.json') as Metadata;

const tested =
  'AE AT AU BE BG BR CA CH CL CN CO CR CY CZ DE DK EC EE EG ES FI FR GB GR HK HR HU ID IE IL IN IS IT ' +
  'JP KE KR LT LU LV MA MT MX MY NG NL NO NZ PE PH PK PL PT RO RS RU SA SE SG SI SK TH TN TR TW UA US ' +
  'UY VN ZA';
// Where a national number is written without its trunk prefix, or in a way of its own (AR, BR).
const writtenWithoutTrunk = new Set(['BR', 'CA', 'CN', 'US', 'RU', 'LT', 'HU', 'MX']);

const source = 'libphonenumber example number and calling code';

export function phoneCases(): Case[] {
  return [...tested.split(' ').flatMap(ofCountry), ...handWritten];
}

function ofCountry(country: string): Case[] {
  const number = examples[country] ?? '';
  const plan = countries[country] ?? [];
  const code = String(plan[0]);
  const trunk = plan[5] === '0' && !writtenWithoutTrunk.has(country) ? '0' : '';
  const grouped = `${number.slice(0, 3)} ${number.slice(3, 6)} ${number.slice(6)}`;
  const name = new Intl.DisplayNames('en', { type: 'region' }).of(country) ?? country;
  const expected = code + number;
  const abroad: [string, string][] = [
    [`+${expected}`, 'plus and digits'],
    [`+${code} ${grouped}`, 'plus and groups'],
    [`00${expected}`, 'double zero'],
    [`00 ${code}-${grouped.replaceAll(' ', '-')}`, 'double zero and dashes'],
    [inDigits(`+${code} ${grouped}`, 0xff10).replace('+', '＋'), 'full-width'],
    [inDigits(`+${code}${number}`, 0x0660), 'Arabic-Indic digits'],
    [`+${code}.${grouped.replaceAll(' ', '.')} ext. 123`, 'dots and an extension'],
    [`tel:+${code}-${grouped.replaceAll(' ', '-')}`, 'RFC 3966 URI'],
  ];
  const athome: [string, string][] = [
    [trunk + number, 'as dialled at home'],
    [
      `(${trunk}${number.slice(0, 3)}) ${number.slice(3, 6)}-${number.slice(6)}`,
      'brackets at home',
    ],
    [expected, 'international digits without a plus'],
  ];
  if (trunk !== '') abroad.push([`+${code} (0)${grouped}`, 'trunk zero in brackets']);
  return [
    ...abroad.map(
      ([input, form]): Case => ({ key: 'PHONE', input, expected, why: `${source}; ${form}` }),
    ),
    ...athome.map(
      ([input, form]): Case => ({
        key: 'PHONE',
        input,
        country,
        expected,
        why: `${source}; ${form}`,
      }),
    ),
    {
      key: 'PHONE',
      input: trunk + grouped,
      country: name,
      expected,
      why: `${source}; country by name`,
    },
  ];
}

function inDigits(text: string, zero: number): string {
  return text.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));
}

const handWritten = [
  ...casesOf(
    'PHONE',
    "published with Meta's guide or parameter builder (capi-param-builder-nodejs 1.3.2)",
    `
    15559876543 | | 15559876543
    16505551212 | | 16505551212
    (650)555-1212 | US | 16505551212
    1(650)123-4567 | | 16501234567
    01(650)123-4567 | | 16501234567
    +1 (616) 954-78 88 | | 16169547888
    +001 (616) 954-78 88 | | 16169547888
    0015551234567 | | 15551234567
    0000015551234567 | | 15551234567
    +1 (555) 123-4567 | | 15551234567
    +44 20 1234 5678 | | 442012345678
    4792813113 | NO | 4792813113
    3227352263 | BE | 3227352263
    0000 | | (phone: all zeros)
    1-800-FLOWERS | | (phone: too few digits)
    ()- +. | | (phone: only punctuation)
    `,
  ),
  ...casesOf(
    'PHONE',
    "Segment's documentation of its Facebook destination",
    `
    1-234-567-8910 | | 12345678910
    +44 844 412 4653 | | 448444124653
    `,
  ),
  ...casesOf(
    'PHONE',
    'a national number needs a country (Meta: always include the country code)',
    `
    (555) 123-4567 | | (phone: no country code and no default country)
    030 1234567 | | (phone: no country code and no default country)
    020 7946 0018 | | (phone: no country code and no default country)
    6505551212 | | (phone: no country code and no default country)
    4792813113 | | (phone: no country code and no default country)
    06 12 34 56 78 | | (phone: no country code and no default country)
    `,
  ),
  ...casesOf(
    'PHONE',
    'Italy keeps its zero abroad (ITU national numbering plan of Italy)',
    `
    +39 06 698 12345 | | 390669812345
    06 698 12345 | IT | 390669812345
    0039 06 698 12345 | | 390669812345
    `,
  ),
  ...casesOf(
    'PHONE',
    'ways abroad other than 00 (ITU-T E.164 national prefixes)',
    `
    011 44 20 7946 0018 | US | 442079460018
    011 49 30 123456 | CA | 4930123456
    0011 44 20 7946 0018 | AU | 442079460018
    010 1 650 555 1212 | JP | 16505551212
    810 49 30 123456 | RU | 4930123456
    8 495 123-45-67 | RU | 74951234567
    8 (916) 123-45-67 | RU | 79161234567
    `,
  ),
  ...casesOf(
    'PHONE',
    'Mexico dropped the 1 of mobile numbers on 2019-08-03 (IFT)',
    `
    +52 1 55 1234 5678 | | 525512345678
    +5215512345678 | MX | 525512345678
    +52 55 1234 5678 | | 525512345678
    `,
  ),
  ...casesOf(
    'PHONE',
    'what programs do to numbers',
    `
    4.91512E+11 | DE | (phone: a number rounded by a spreadsheet)
    15551234567.0 | | 15551234567
    p:+15551234567 | | 15551234567
    '+4915112345678 | | 4915112345678
    =+4915112345678 | | 4915112345678
    whatsapp:+4915112345678 | | 4915112345678
    null | | (phone: a placeholder for an empty value)
    N/A | | (phone: a placeholder for an empty value)
    none | | (phone: a placeholder for an empty value)
    NaN | | (phone: a placeholder for an empty value)
    +0000000000 | | (phone: all zeros)
    ٠٠٠٠٠٠٠ | | (phone: all zeros)
    mary@example.com | | (phone: an e-mail address)
    +49 123 | | (phone: too few digits)
    +1 650 555 121 | | (phone: wrong number of digits for its calling code)
    +1 650 555 12123 | | (phone: wrong number of digits for its calling code)
    650 555 12 | US | (phone: wrong number of digits for the country)
    +999 1234567 | | (phone: no such calling code)
    / | | (phone: only punctuation)
    - | | (phone: only punctuation)
    `,
  ),
  ...casesOf(
    'PHONE',
    'extensions and second numbers are not part of a number',
    `
    +1 650 555 1212 x12 | | 16505551212
    +1 650 555 1212 ext 12 | | 16505551212
    +1 650 555 1212 #12 | | 16505551212
    +1-650-555-1212;ext=12 | | 16505551212
    +1 650 555 1212,,12 | | 16505551212
    +7 495 123-45-67 доб. 123 | | 74951234567
    +49 30 1234567/8 | | 49301234567
    +49 151 12345678 / +49 30 1234567 | | 4915112345678
    0151 12345678 oder 030 1234567 | DE | 4915112345678
    +44 (0)20 7946 0018 | | 442079460018
    +44(0)2079460018 | | 442079460018
    0044 (0) 20 7946 0018 | | 442079460018
    (+44) 020 7946 0018 | | 442079460018
    `,
  ),
];
