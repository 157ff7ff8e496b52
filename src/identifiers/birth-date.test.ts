import { describe, expect, it } from 'vitest';
import { splitBirthDate } from './birth-date.ts';

const setting = { currentYear: 2026, dateOrder: 'held-back' } as const;

function parts(raw: string): string {
  const { year, month, day } = splitBirthDate(raw, setting);
  return [year, month, day]
    .map((part) => {
      if (part.kind === 'value') return part.normalised;
      return part.kind === 'unusable' ? part.reason.replace('birth date: ', '') : part.kind;
    })
    .join(' ');
}

const swap = '1990 day and month could be swapped day and month could be swapped';
const bad = (reason: string) => `${reason} ${reason} ${reason}`;

const dates: readonly (readonly [string, string])[] = [
  ['1990-05-06', '1990 05 06'],
  ['1990/05/06', '1990 05 06'],
  ['1990.5.6', '1990 05 06'],
  ['1990-12-31T23:30:00-08:00', '1990 12 31'],
  ['1990-12-31 00:00:00.000', '1990 12 31'],
  ['12/31/1990 12:00:00 AM', '1990 12 31'],
  ['Mon Dec 31 1990 00:00:00 GMT+0200 (CEST)', '1990 12 31'],
  ['Mon, 31 Dec 1990 00:00:00 GMT', '1990 12 31'],
  ['19900506', '1990 05 06'],
  ['19900506.0', '1990 05 06'],
  ['31121990', '1990 12 31'],
  ['12311990', '1990 12 31'],
  ['06051990', swap],
  ['05/06/1990', swap],
  ['5-6-1990', swap],
  ['05/06/90', swap],
  ['05/05/1990', '1990 05 05'],
  ['05.06.1990', '1990 06 05'],
  ['12/31/90', '1990 12 31'],
  ['90-12-31', '1990 12 31'],
  ['25/12/05', '2005 12 25'],
  ['05-06-07', bad('any of the three numbers could be the year')],
  ['1990-15-06', '1990 06 15'],
  ['12/31/1990 (mm/dd/yyyy)', '1990 12 31'],
  ['31–12–1990', '1990 12 31'],
  ['１９９０／０５／０６', '1990 05 06'],
  ['١٩٩٠-٠٥-٠٦', '1990 05 06'],
  ['6 May 1990', '1990 05 06'],
  ['May 6th, 1990', '1990 05 06'],
  ["6-May-'90", '1990 05 06'],
  ['6. Mai 1990', '1990 05 06'],
  ['1er février 1990', '1990 02 01'],
  ['6 de mayo de 1990', '1990 05 06'],
  ['6 maja 1990', '1990 05 06'],
  ['6 Mayıs 1990', '1990 05 06'],
  ['6 мая 1990', '1990 05 06'],
  ['1990年5月6日', '1990 05 06'],
  ['1990년 5월 6일', '1990 05 06'],
  ['mar. 5 junio 1990', bad('not a date we can read')],
  ['1990', '1990 blank blank'],
  ['1990-05', '1990 05 blank'],
  ['May 1990', '1990 05 blank'],
  ['1990-00-00', '1990 blank blank'],
  ['0000-00-00', bad('year out of range')],
  ['1899-12-31', bad('year out of range')],
  ['2027-01-13', bad('year out of range')],
  ['31/02/1990', bad('no such day')],
  ['29/02/1900', bad('no such day')],
  ['29/02/2000', '2000 02 29'],
  ['32/12/1990', bad('no such day')],
  ['13/13/1990', bad('no such day')],
  ['01-00-1990', bad('no such day')],
  ['641952000000', bad('not a date we can read')],
  ['yesterday', bad('not a date we can read')],
  ['/', bad('only punctuation')],
  ['n/a', bad('a placeholder for an empty value')],
  ['', 'blank blank blank'],
  [
    'f1904cf1a9d73a55fa5de0ac823c4403ded71afd4c3248d00bdcd0866552bb79',
    bad('hashed whole, cannot be split'),
  ],
];

describe('one birth date as year, month and day', () => {
  it.each(dates)('%s', (raw, wanted) => {
    expect(parts(raw)).toBe(wanted);
  });
});
