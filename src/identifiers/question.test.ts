import { describe, expect, it } from 'vitest';
import { answerLine } from './normalise-line.ts';
import { defaultSetting } from './setting.ts';

const setting = defaultSetting(2026);
const nothing = { normalised: '', hash: '' };

describe('a line of questions', () => {
  it('gets what was asked back, and the answer', () => {
    const line = '{"key":"EMAIL","input":" MARY@example.com ","country":null}';
    expect(answerLine(line, setting)).toEqual({
      key: 'EMAIL',
      input: ' MARY@example.com ',
      normalised: 'mary@example.com',
      // As Meta's guide prints it.
      hash: 'f1904cf1a9d73a55fa5de0ac823c4403ded71afd4c3248d00bdcd0866552bb79',
      reason: '',
    });
  });

  it.each([
    ['a byte order mark', '\ufeff{"key":"FN","input":"A"}', 'A', 'a'],
    ['a carriage return', '{"key":"FN","input":"A"}\r', 'A', 'a'],
    ['a key in another case', '{"key":"fn","input":"A"}', 'A', 'a'],
    ['further members', '{"key":"FN","input":"A","why":"because"}', 'A', 'a'],
    ['a number', '{"key":"ZIP","input":94035,"country":"US"}', 94_035, '94035'],
    [
      'a country by name',
      '{"key":"PHONE","input":"030 1234567","country":"Germany"}',
      '030 1234567',
      '49301234567',
    ],
    ['null, which is blank', '{"key":"FN","input":null}', null, ''],
    ["Meta's array", '{"key":"DATA_PROCESSING_OPTIONS","input":["LDU"]}', ['LDU'], '["LDU"]'],
    ["Meta's empty array", '{"key":"DATA_PROCESSING_OPTIONS","input":[]}', [], '[]'],
  ])('may hold %s', (_, line, input, normalised) => {
    expect(answerLine(line, setting)).toMatchObject({ input, normalised, reason: '' });
  });

  it.each([
    ['', 'an empty line', {}],
    ['  ', 'an empty line', {}],
    ['{"key":"FN","input":', 'not JSON', {}],
    ['FN,Mary', 'not JSON', {}],
    ['["FN","Mary"]', 'not a JSON object', {}],
    ['null', 'not a JSON object', {}],
    ['"FN"', 'not a JSON object', {}],
    ['{"input":"Mary"}', 'no "key"', {}],
    ['{"key":7,"input":"Mary"}', 'no "key"', {}],
    ['{"key":"FN"}', 'no "input"', { key: 'FN' }],
    ['{"key":"FN","input":{"a":1}}', '"input" is not one value', { key: 'FN' }],
    ['{"key":"EMAIL","input":["a@b.de"]}', '"input" is not one value', { key: 'EMAIL' }],
    ['{"key":"ZIP","input":"1","country":49}', '"country" is not text', { key: 'ZIP', input: '1' }],
  ])('%j is answered with a reason', (line, reason, about) => {
    const answer = { key: '', input: '', ...about, ...nothing, reason };
    expect(answerLine(line, setting)).toEqual(answer);
  });

  it('refuses a number whose digits are lost rather than hashing another one', () => {
    const answer = answerLine('{"key":"EXTERN_ID","input":12345678901234567890}', setting);
    expect(answer).toMatchObject(nothing);
    expect(answer.reason).toContain('lost digits');
    expect(answerLine('{"key":"EXTERN_ID","input":9007199254740991}', setting)).toMatchObject({
      normalised: '9007199254740991',
    });
  });

  it('names the keys there are when it asks for another', () => {
    const { reason, key } = answerLine('{"key":"HAIR","input":"red"}', setting);
    expect(key).toBe('HAIR');
    expect(reason).toMatch(/^no such key; EXTERN_ID, EMAIL, .+, DATA_PROCESSING_OPTIONS_STATE$/);
  });
});
