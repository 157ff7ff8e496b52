import { describe, expect, it } from 'vitest';
import {
  evaluate,
  expressionText,
  namesIn,
  parseAssignments,
  parseExpression,
} from './value-expression.ts';

const row: Readonly<Record<string, string>> = {
  work: '',
  home: 'ana@example.com',
  name: 'Ana  Maria Silva',
  phone: '171 3920012',
  sex: 'W',
  'full name, as on the card': 'Ana Silva',
  sum: '1.234,50',
};

function made(text: string): string {
  return evaluate(parseExpression(text), {
    valueOf: (name) => row[name] ?? '',
    refuse: (reason) => {
      throw new Error(`refused: ${reason}`);
    },
  });
}

describe('M-13 what a value is made of', () => {
  it.each([
    ['home', 'ana@example.com'],
    ["'DE'", 'DE'],
    ["'O''Brien'", "O'Brien"],
    ['"full name, as on the card"', 'Ana Silva'],
    ['coalesce(work, home)', 'ana@example.com'],
    ["coalesce(work, 'none')", 'none'],
    ["concat('+49', phone)", '+49171 3920012'],
    ["concat('+49', work)", ''],
    ["concat('a', 'b')", 'ab'],
    ['upper(sex)', 'W'],
    ['lower(sex)', 'w'],
    ["trim('  x ')", 'x'],
    ["replace(sum, '.', '', ',', '.')", '1234.50'],
    ["replace(sum, '1', '$&')", '$&.234,50'],
    ["split(name, ' ', 1)", 'Ana'],
    ["split(name, ' ', 2)", 'Maria'],
    ["split(name, ' ', -1)", 'Silva'],
    ["split(name, ' ', 9)", ''],
    ["case(sex, 'W', 'f', 'M', 'm')", 'f'],
    ["case(sex, 'X', 'f')", ''],
    ["case(sex, 'X', 'f', 'else')", 'else'],
    ["lower(split(coalesce(work, name), ' ', -1))", 'silva'],
    [`hashed('${'A1'.repeat(32)}')`, 'A1'.repeat(32)],
    ['hashed(work)', ''],
  ])('%s is “%s”', (text, value) => {
    expect(made(text)).toBe(value);
    // However it was written, it is written back so that it means the same.
    expect(made(expressionText(parseExpression(text)))).toBe(value);
  });

  it('says so when a value that should be hashed is not, and leaves it out', () => {
    expect(() => made('hashed(home)')).toThrow(/^refused: no SHA-256 in hex/);
  });

  it('names what it draws from', () => {
    expect(namesIn(parseExpression("concat(a, lower(b), 'c', a)"))).toEqual(['a', 'b']);
  });
});

it('reads a list of assignments', () => {
  const text = `EMAIL=coalesce(work, home), COUNTRY='DE',LN = split(name, ',', 1)`;
  expect(
    parseAssignments(text).map(({ key, expression }) => `${key} ${expressionText(expression)}`),
  ).toEqual(['EMAIL coalesce(work, home)', "COUNTRY 'DE'", "LN split(name, ',', 1)"]);
});

it.each([
  ['lover(a)', /“lover” is no function; there are coalesce/],
  ['coalesce(a', /coalesce\( has no end/],
  ["'DE", /a ' has no second one/],
  ['split(a)', /it is written split\(a, 'separator', 1\)/],
  ["split(a, ' ', 0)", /1 is the first, -1 the last/],
  ["split(a, ' ', b)", /1 is the first, -1 the last/],
  ["replace(a, 'b')", /it is written replace/],
  ['a b)', /more than one value/],
  ['', /a value is missing/],
  ['lower(,)', /a value is missing/],
  [`${'lower('.repeat(30)}a${')'.repeat(30)}`, /more than 20 others/],
])('refuses %s', (text, message) => {
  expect(() => parseExpression(text)).toThrow(message);
});
