import { expect, test } from 'vitest';
import { namedKey } from './_named-key.ts';

const schema = ['EXTERN_ID', 'EMAIL', 'DOBY', 'DOBM'] as const;

test.each([
  ['empty external ID', 'EXTERN_ID'],
  ['Invalid hash in column EMAIL', 'EMAIL'],
  ['e-mail is no hash', 'EMAIL'],
  ['DOBM is out of range', 'DOBM'],
  // Two columns say when somebody was born, and a phone was not sent.
  ['invalid date of birth', null],
  ['invalid phone', null],
  ['invalid hash format', null],
])('“%s” is about %s', (reason, key) => {
  expect(namedKey(reason, schema)).toBe(key);
});

test('where a request had one column it is that one', () => {
  expect(namedKey('invalid hash format', ['PHONE'])).toBe('PHONE');
});
