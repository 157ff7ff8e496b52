import type { Case } from '../case.ts';
import { casesOf } from '../case.ts';

// Days that cannot be read in another order, across the years that Meta takes.
const days: readonly (readonly [number, number, number])[] = [
  [1990, 12, 25],
  [1985, 2, 28],
  [2000, 2, 29],
  [1931, 10, 13],
  [1976, 7, 31],
  [2003, 5, 17],
  [1958, 1, 19],
  [1999, 9, 22],
];
const locales = ['en-US', 'en-GB', 'de-DE', 'fr-FR', 'es-ES', 'it-IT', 'pt-BR', 'nl-NL', 'sv-SE'];

/** Spellings made from the three numbers, months' names from Unicode CLDR. */
export function dateCases(): Case[] {
  return [...days.flatMap(ofDay), ...handWritten];
}

function ofDay([year, month, day]: readonly [number, number, number]): Case[] {
  const [mm, dd] = [month, day].map((part) => String(part).padStart(2, '0'));
  const wanted = { DOBY: String(year), DOBM: mm ?? '', DOBD: dd ?? '' };
  const date = new Date(Date.UTC(year, month - 1, day));
  const spellings: [string, string][] = [
    [`${year}-${mm}-${dd}`, 'ISO 8601'],
    [`${year}-${mm}-${dd}T23:30:00Z`, 'ISO 8601 with a time: no shift of zone'],
    [`${year}-${mm}-${dd}T00:00:00+14:00`, 'ISO 8601 with a time: no shift of zone'],
    [`${year}${mm}${dd}`, 'ISO 8601 basic'],
    [`${month}/${day}/${year}`, 'United States'],
    [`${dd}/${mm}/${year}`, 'Europe'],
    [`${day}.${month}.${year}`, 'Europe, dots'],
    ...locales.map((locale): [string, string] => [
      new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(date),
      `CLDR long date in ${locale}`,
    ]),
  ];
  return spellings.flatMap(([input, why]) =>
    Object.entries(wanted).map(([key, expected]): Case => ({ key, input, expected, why })),
  );
}

const swap = 'day and month could be swapped: the year goes, they are held back';

const handWritten = [
  ...casesOf(
    'DOBY',
    'Meta: YYYY from 1900 to now',
    `
    1990 | | 1990
    1990.0 | | 1990
    １９９０ | | 1990
    1900 | | 1900
    1899 | | (birth year: out of range)
    9999 | | (birth year: out of range)
    0 | | (birth year: out of range)
    / | | (birth year: only punctuation)
    abc | | (birth date: not a date we can read)
    85 | | 1985 | two digits: the latest year in which the person is old enough for an account
    05 | | 2005 | two digits: the latest year in which the person is old enough for an account
    03/04/1990 | | 1990
    04-03-1990 | | 1990
    1990-00-00 | | 1990 | databases write zeros for unknown parts
    0000-00-00 | | (birth date: year out of range)
    31/02/1990 | | (birth date: no such day)
    02/29/1900 | | (birth date: no such day) | 1900 was no leap year
    `,
  ),
  ...casesOf(
    'DOBM',
    'Meta: MM from 01 to 12',
    `
    5 | | 05
    05 | | 05
    12 | | 12
    5.0 | | 05
    5月 | | 05
    May | | 05
    MAY | | 05
    Sept | | 09
    Sep. | | 09
    Dezember | | 12
    février | | 02
    agosto | | 08
    mayıs | | 05
    мая | | 05
    13 | | (birth month: out of range)
    0 | | (birth month: out of range)
    - | | (birth month: only punctuation)
    `,
  ),
  ...casesOf('DOBM', swap, '03/04/1990 | | (birth date: day and month could be swapped)'),
  ...casesOf('DOBM', 'the same either way', '05/05/1990 | | 05'),
  ...casesOf('DOBM', 'no locale of CLDR puts the month first between dots', '03.04.1990 | | 04'),
  ...casesOf(
    'DOBD',
    'Meta: DD from 01 to 31',
    `
    6 | | 06
    06 | | 06
    31 | | 31
    6th | | 06
    1st | | 01
    32 | | (birth day: out of range)
    0 | | (birth day: out of range)
    / | | (birth day: only punctuation)
    `,
  ),
  ...casesOf('DOBD', swap, '03/04/1990 | | (birth date: day and month could be swapped)'),
];
