import { expect, it } from 'vitest';
import { readMapping, writeMapping } from '../../web/src/sources/mapping-text.ts';

it.each([
  ['', []],
  ['EMAIL=home', [{ key: 'EMAIL', from: ['home'] }]],
  [
    "EMAIL=coalesce(work, home), LN=split(name, ' ', -1), COUNTRY='DE, or so'",
    [
      { key: 'EMAIL', from: ['coalesce(work, home)'] },
      { key: 'LN', from: ["split(name, ' ', -1)"] },
      { key: 'COUNTRY', from: ["'DE, or so'"] },
    ],
  ],
  ['EMAIL=work, EMAIL="Home, private"', [{ key: 'EMAIL', from: ['work', '"Home, private"'] }]],
])('reads and writes %j', (text, lines) => {
  expect(readMapping(text)).toEqual(lines);
  expect(writeMapping(lines)).toBe(text);
});

it('brings several values of a key together', () => {
  expect(writeMapping(readMapping('EMAIL=a,LN=b,EMAIL=c'))).toBe('EMAIL=a, EMAIL=c, LN=b');
});
