import { expect, test } from 'vitest';
import { asId, asMoment, asNumber, parseJson } from './json.ts';

test.each([
  ['{"id":4258863787278652924}', { id: '4258863787278652924' }],
  [
    '[9007199254740991,9007199254740993,-9007199254740993]',
    [9007199254740991, '9007199254740993', '-9007199254740993'],
  ],
  [
    '{"a":{"b":[1.5,1e400,12345678901234567890.5]}}',
    { a: { b: [1.5, Infinity, 12345678901234567000] } },
  ],
  ['"23849182047670582"', '23849182047670582'],
  ['{"__proto__":{"x":1}}', JSON.parse('{"__proto__":{"x":1}}')],
])('%s loses no digit', (text, value) => {
  expect(parseJson(text)).toEqual(value);
});

test('ids are text or safe numbers, counts may be written as text, 0 is no moment', () => {
  expect([asId('1'), asId(7), asId(2 ** 53), asId(''), asId(null)]).toEqual([
    '1',
    '7',
    null,
    null,
    null,
  ]);
  expect([asNumber('10000'), asNumber('-1'), asNumber(''), asNumber('x'), asNumber(true)]).toEqual([
    10_000,
    -1,
    null,
    null,
    null,
  ]);
  expect([asMoment(0), asMoment('0'), asMoment(undefined)]).toEqual([null, null, null]);
  expect(asMoment('1638352800')).toEqual(new Date('2021-12-01T10:00:00Z'));
});
