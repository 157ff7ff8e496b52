import { type Case, casesOf } from '../case.ts';

const mary = 'f1904cf1a9d73a55fa5de0ac823c4403ded71afd4c3248d00bdcd0866552bb79';
const nothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const hashedKeys = 'EMAIL PHONE DOBY DOBM DOBD LN FN FI GEN CT ST ZIP COUNTRY'.split(' ');
const labels: Readonly<Record<string, string>> = {
  EMAIL: 'email',
  PHONE: 'phone',
  DOBY: 'birth year',
  DOBM: 'birth month',
  DOBD: 'birth day',
  LN: 'last name',
  FN: 'first name',
  FI: 'first initial',
  GEN: 'gender',
  CT: 'city',
  ST: 'state',
  ZIP: 'zip',
  COUNTRY: 'country',
};
const md5 = '098f6bcd4621d373cade4e832627b4f6';
const sha1 = 'a94a8fe5ccb19ba61c4c0873d391e987982fbbd3';

/** What was hashed before it came, for every key that Meta wants hashed. */
const hashCases: readonly Case[] = hashedKeys.flatMap((key): Case[] => [
  { key, input: mary, expected: { hash: mary }, why: 'SHA-256 is not hashed again' },
  {
    key,
    input: mary.toUpperCase(),
    expected: { hash: mary },
    why: 'upper-case SHA-256 is lowered',
  },
  { key, input: ` ${mary} `, expected: { hash: mary }, why: 'SHA-256 with spaces around' },
  refused(key, nothing, 'the hash of an empty value', 'the SHA-256 of nothing would be everybody'),
  refused(key, md5, 'an MD5 hash, Meta takes SHA-256 only', 'MD5 matches nobody'),
  refused(key, sha1, 'a SHA-1 hash, Meta takes SHA-256 only', 'SHA-1 matches nobody'),
  { key, input: '', expected: '', why: 'empty is not invalid' },
  { key, input: '   ', expected: '', why: 'white space is empty' },
]);

function refused(key: string, input: string, reason: string, why: string): Case {
  return { key, input, expected: { reason: `${labels[key]}: ${reason}` }, why };
}

export const idCases: readonly Case[] = [
  ...hashCases,
  ...casesOf(
    'EMAIL',
    "Meta: trim and lower case, nothing folded; the first is published in Meta's guide",
    `
    mary@example.com | | mary@example.com
    MARY@EXAMPLE.COM | | mary@example.com
      Mary@Example.com  | | mary@example.com
    John_Smith@gmail.com | | john_smith@gmail.com
    foo@bar.com | | foo@bar.com
    john.smith@gmail.com | | john.smith@gmail.com
    johnsmith+shop@gmail.com | | johnsmith+shop@gmail.com
    o'brien@example.ie | | o'brien@example.ie
    user@sub.domain.co.uk | | user@sub.domain.co.uk
    a@b | | a@b
    jürgen@example.de | | jürgen@example.de
    ju\u0308rgen@example.de | | jürgen@example.de
    JÜRGEN@MÜNCHEN.DE | | jürgen@münchen.de
    用户@例子.广告 | | 用户@例子.广告
    mailto:mary@example.com | | mary@example.com
    <mary@example.com> | | mary@example.com
    Mary Smith <mary@example.com> | | mary@example.com
    "mary@example.com" | | mary@example.com
    mary@example.com; | | mary@example.com
    mary@example.com, | | mary@example.com
    mary@example.com. | | mary@example.com
    \u200bmary@example.com | | mary@example.com
    mary@example.com\u00a0 | | mary@example.com
    ｍａｒｙ＠ｅｘａｍｐｌｅ．ｃｏｍ | | mary@example.com
    mary..jones@docomo.ne.jp | | mary..jones@docomo.ne.jp
    mary.@docomo.ne.jp | | mary.@docomo.ne.jp
    `,
  ),
  ...casesOf(
    'EMAIL',
    'one @ with something on both sides, and nothing that no address has',
    `
    mary | | (email: no @)
    mary.example.com | | (email: no @)
    @example.com | | (email: nothing before the @)
    mary@ | | (email: nothing after the @)
    mary@@example.com | | (email: more than one @)
    a@example.com, b@example.com | | (email: more than one @)
    mary jones@example.com | | (email: a space inside)
    mary@exam ple.com | | (email: a space inside)
    mary@example..com | | (email: two dots or none between parts)
    mary@.example.com | | (email: two dots or none between parts)
    mary@example.com/ | | (email: a character that no address has)
    mary,jones@example.com | | (email: a character that no address has)
    +1 650 555 1212 | | (email: a phone number)
    / | | (email: only punctuation)
    - | | (email: only punctuation)
    n/a | | (email: a placeholder for an empty value)
    null | | (email: a placeholder for an empty value)
    NULL | | (email: a placeholder for an empty value)
    none | | (email: a placeholder for an empty value)
    None | | (email: a placeholder for an empty value)
    nan | | (email: a placeholder for an empty value)
    `,
  ),
  ...casesOf(
    'MADID',
    'Meta: lower case, hyphens kept, not hashed',
    `
    AEBE52E7-03EE-455A-B3C4-E57283966239 | | aebe52e7-03ee-455a-b3c4-e57283966239
    aebe52e7-03ee-455a-b3c4-e57283966239 | | aebe52e7-03ee-455a-b3c4-e57283966239
     38400000-8CF0-11BD-B23E-10B96E40000D  | | 38400000-8cf0-11bd-b23e-10b96e40000d
    {38400000-8cf0-11bd-b23e-10b96e40000d} | | 38400000-8cf0-11bd-b23e-10b96e40000d
    00000000-0000-0000-0000-000000000000 | | (mobile ad id: all zeros, tracking was off)
    384000008cf011bdb23e10b96e40000d | | (mobile ad id: not five groups of hexadecimal digits with hyphens)
    38400000-8cf0-11bd-b23e | | (mobile ad id: not five groups of hexadecimal digits with hyphens)
    ${mary} | | (mobile ad id: a hash, Meta takes it plain)
    - | | (mobile ad id: only punctuation)
    `,
  ),
  { key: 'EXTERN_ID', input: 'User-42', expected: 'User-42', why: 'byte for byte' },
  { key: 'EXTERN_ID', input: ' user 42 ', expected: ' user 42 ', why: 'byte for byte' },
  { key: 'EXTERN_ID', input: 'É', expected: 'É', why: 'byte for byte' },
  { key: 'EXTERN_ID', input: 'E\u0301', expected: 'E\u0301', why: 'byte for byte' },
  { key: 'EXTERN_ID', input: '007', expected: '007', why: 'byte for byte' },
  {
    key: 'EXTERN_ID',
    input: mary.toUpperCase(),
    expected: mary.toUpperCase(),
    why: 'byte for byte',
  },
  { key: 'EXTERN_ID', input: '', expected: '', why: 'empty is not invalid' },
  {
    key: 'EXTERN_ID',
    input: '-',
    expected: { reason: 'external id: only punctuation' },
    why: 'no id',
  },
  ...casesOf('APPUID', 'plain digits', '1234567890123456 | | 1234567890123456'),
  ...casesOf('APPUID', 'not hashed', `${mary} | | (app user id: a hash, Meta takes it plain)`),
  ...casesOf('PAGEUID', 'plain digits', '9876543210987654 | | 9876543210987654'),
  ...casesOf(
    'LOOKALIKE_VALUE',
    'Meta: a number from 0, not hashed',
    `
    0 | | 0
    12.50 | | 12.5
    100 | | 100
    -5 | | (lookalike value: below zero)
    1,234 | | (lookalike value: not a number with a point)
    `,
  ),
  ...casesOf('DATA_PROCESSING_OPTIONS', 'Limited Data Use as JSON', 'LDU | | ["LDU"]'),
  ...casesOf('DATA_PROCESSING_OPTIONS_COUNTRY', 'the United States', '1 | | 1'),
  ...casesOf('DATA_PROCESSING_OPTIONS_STATE', 'California', '1000 | | 1000'),
];
