import { describe, expect, it } from 'vitest';
import { sha256Bytes, sha256Hex } from './hash.ts';
import { normaliseLine } from './normalise-line.ts';
import { defaultSetting } from './setting.ts';

// Printed in Meta's guides "Custom Audiences" and "Customer Information Parameters"
// (developers.facebook.com, read 2026-11-22): never computed here.
const published: readonly (readonly [string, string, string])[] = [
  ['EMAIL', 'mary@example.com', 'f1904cf1a9d73a55fa5de0ac823c4403ded71afd4c3248d00bdcd0866552bb79'],
  [
    'EMAIL',
    'John_Smith@gmail.com',
    '62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f',
  ],
  ['PHONE', '15559876543', '1ef970831d7963307784fa8688e8fce101a15685d62aa765fed23f3a2c576a4e'],
  ['FN', 'Mary', '6915771be1c5aa0c886870b6951b03d7eafc121fea0e80a5ea83beb7c449f4ec'],
  ['FN', '정', '8fa8cd9c440be61d0151429310034083132b35975c4bea67fdd74158eb51db14'],
  ['FN', 'Valéry', '08e1996b5dd49e62a4b4c010d44e4345592a863bb9f8e3976219bac29417149c'],
  ['FN', 'Vale\u0301ry', '08e1996b5dd49e62a4b4c010d44e4345592a863bb9f8e3976219bac29417149c'],
];

// Published with Segment's destination, and values of meta-api.md §4.3.
const known: readonly (readonly [string, string, string])[] = [
  ['EMAIL', 'foo@bar.com', '0c7e6a405862e402eb76a70f8a26fc732d07c32931e9fae9ab1582911d2e8a3b'],
  ['PHONE', '1-234-567-8910', '63640264849a87c90356129d99ea165e37aa5fabc1fea46906df1a7ca50db492'],
  ['PHONE', '+44 844 412 4653', 'dc008fda46e2e64002cf2f82a4906236282d431c4f75e5b60bfe79fc48546383'],
  ['GEN', 'Female', '252f10c83610ebca1a059c0bae8255eba2f95be4d1d7bcfa89d7248a82d9f111'],
  ['GEN', 'm', '62c66a7a5dd70c3146618063c344e531e6d4b59e379808443ce962b3abd63c5a'],
  ['DOBM', 'May', 'c97550ce8213ef5cf6ed4ba48790c137df3ef6a5da20b48961001a634b6cead2'],
  ['DOBY', '1990', 'a7be8e1fe282a37cd666e0632b17d933fa13f21addf4798fc0455bc166e2488c'],
  ['LN', "O'Brien-Smith", '16765783f9c8c8a3accf27f1abb877688cb5904c21a4a7afb5f125bcfcb246ba'],
  ['LN', 'Smith', '6627835f988e2c5e50533d491163072d3f4f41f5c8b04630150debb3722ca2dd'],
  ['ST', 'New York', '1b06e2003f8420d6fa42badd8f77ec0f706b976b7a48b13c567dc5a559681683'],
  ['ST', 'California', '6959097001d10501ac7d54c0bdb8db61420f658f2922cc26e46d536119a31126'],
  ['CT', 'Menlo Park', '0007a3d64c01e23d5075203c5977c14e4f7e01a3fc570686fcc50b5e1dd42685'],
  ['ZIP', '94035', '1794327a4d443904421f5ca1f3d72d0a62ba2f0770d80755ec2220fc0efb052e'],
  ['COUNTRY', 'United States', '79adb2a2fce5c6ba215fe5f27f532d4e7edbac4b6a5e09e1ef3a08084a904621'],
];

describe('published digests', () => {
  it.each([...published, ...known])('%s %s', (key, input, hash) => {
    expect(normaliseLine({ key, input }, defaultSetting(2026)).hash).toBe(hash);
  });
});

describe('sha256', () => {
  it('hashes UTF-8 bytes and gives the same digest as text and as bytes', () => {
    const hash = '8fa8cd9c440be61d0151429310034083132b35975c4bea67fdd74158eb51db14';
    expect(sha256Hex('정')).toBe(hash);
    expect(sha256Bytes('정').toString('hex')).toBe(hash);
  });
});
