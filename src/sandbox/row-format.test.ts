import { fc } from '../../test/support/fast-check.ts';
import { expect, test } from 'vitest';
import { hash } from './_opened.ts';
import { columnsOf, createPacker, identityOf, numbersOf, unpackRow } from './row-format.ts';
import { plainWireKeys, type WireKey, wireKeys } from './wire-keys.ts';

const cell = (key: WireKey) =>
  key === 'LOOKALIKE_VALUE'
    ? fc.nat().map(String)
    : plainWireKeys.has(key)
      ? fc.string({ minLength: 1, maxLength: 40, unit: 'binary' })
      : fc.nat(1000).map((drawn) => hash(String(drawn)));

const rows = fc
  .shuffledSubarray([...wireKeys], { minLength: 1 })
  .chain((schema) => fc.tuple(fc.constant(schema), fc.tuple(...schema.map(cell))));

test('a packed row gives back what went in, whatever the order of its columns', () => {
  fc.assert(
    fc.property(rows, ([schema, row]) => {
      const packed = createPacker(columnsOf(schema))(row);
      if (typeof packed === 'string') throw new Error(packed);
      const whole = unpackRow(packed.body);
      for (const [place, key] of schema.entries()) {
        expect(whole[wireKeys.indexOf(key)]).toBe(row[place]);
      }
      expect(whole.filter((value) => value !== '')).toHaveLength(schema.length);
      expect(numbersOf(packed.body)).toEqual({
        values: packed.values,
        fingerprint: packed.fingerprint,
      });
    }),
  );
});

test('a hash takes 32 bytes, so twelve of them less than half of their text', () => {
  const schema = wireKeys.slice(1, 13);
  const packed = createPacker(columnsOf(schema))(schema.map((key) => hash(key)));
  expect(typeof packed === 'string' ? 0 : packed.body.length).toBe(3 + 12 * 32);
});

test('a mobile id is the same in either case, an external id is not', () => {
  const pack = createPacker(columnsOf(['EXTERN_ID', 'MADID']));
  const [upper, lower] = [pack(['C', 'AB-1']), pack(['C', 'ab-1'])];
  const other = pack(['c', 'ab-1']);
  if (typeof upper === 'string' || typeof lower === 'string' || typeof other === 'string') {
    throw new Error('invalid');
  }
  expect(identityOf(upper.body)).toEqual(identityOf(lower.body));
  expect(upper.values).toEqual(lower.values);
  expect(identityOf(other.body)).not.toEqual(identityOf(lower.body));
});

test('100,000 hashes get 100,000 numbers', () => {
  const pack = createPacker(columnsOf(['EMAIL', 'PHONE', 'EXTERN_ID']));
  const seen = new Set<number>();
  for (let at = 0; at < 100_000 / 4; at += 1) {
    const packed = pack([hash(`e${at}`), hash(`e${at}`), `customer-${at}`]);
    if (typeof packed === 'string') throw new Error(packed);
    for (const number of [...packed.values, packed.fingerprint]) seen.add(number);
  }
  expect(seen.size).toBe(100_000);
  for (const number of seen) expect(Number.isSafeInteger(number) && number < 2 ** 48).toBe(true);
});
