import { expect, it } from 'vitest';
import { planColumns } from '#sources/columns.ts';
import { recordReader } from './records.ts';

function identifiersOf(header: readonly string[], cells: readonly string[], map?: string) {
  return recordReader(planColumns(header, { map }))(cells);
}

it.each([
  ['["a@example.com","b@example.com"]', ['a@example.com', 'b@example.com']],
  ['[ "a@example.com", null, "" ]', 'a@example.com'],
  ['["a@example.com"]', 'a@example.com'],
  ['[{"email":"a@example.com"}]', '[{"email":"a@example.com"}]'],
  ['[a@example.com', '[a@example.com'],
  ['{a@example.com,b@example.com}', ['a@example.com', 'b@example.com']],
  [String.raw`{"a \"b\"@example.com",NULL,c@example.com}`, ['a "b"@example.com', 'c@example.com']],
  ['{}', undefined],
  ['{"work":"a@example.com"}', '{"work":"a@example.com"}'],
  ['{{a@example.com},{b@example.com}}', '{{a@example.com},{b@example.com}}'],
  ['a@example.com', 'a@example.com'],
])('a cell with a list of e-mails is as many values: %s', (cell, email) => {
  expect(identifiersOf(['id', 'email'], ['C-1', cell]).identifiers).toEqual({ email });
});

it('an empty list clears the field as a blank cell does', () => {
  const read = identifiersOf(['id', 'phone'], ['C-1', '[]']);
  expect(read).toMatchObject({ identifiers: {}, clearedFields: ['phone'] });
});

it('lists and columns of their own come together in the order of the file', () => {
  const header = ['id', 'work', 'private'];
  const read = identifiersOf(header, ['C-1', '[49301,49302]', '49303'], 'PHONE=work,PHONE=private');
  expect(read.identifiers).toEqual({ phone: ['49301', '49302', '49303'] });
});

it('a list where there can be one value stays as it is', () => {
  expect(identifiersOf(['id', 'city'], ['C-1', '["Rom"]']).identifiers).toEqual({
    city: '["Rom"]',
  });
});
