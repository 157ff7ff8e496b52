import type { WireKey } from '#domain/identifier-keys.ts';

/** How reasons may call the columns: `empty external ID` is what recorded answers have (src/sandbox/recorded.test.ts). */
const calledSo: readonly (readonly [RegExp, readonly WireKey[]])[] = [
  [/extern(al)?[ _]?id/i, ['EXTERN_ID']],
  [/e-?mail/i, ['EMAIL']],
  [/phone/i, ['PHONE']],
  [/madid|advertis\w* id/i, ['MADID']],
  [/app ?(scoped )?(user )?id|appuid/i, ['APPUID']],
  [/page ?(scoped )?(user )?id|pageuid/i, ['PAGEUID']],
  [/lookalike|\bvalue column/i, ['LOOKALIKE_VALUE']],
  [/gender/i, ['GEN']],
  [/birth|\bdob/i, ['DOBY', 'DOBM', 'DOBD']],
  [/zip|postal/i, ['ZIP']],
  [/country/i, ['COUNTRY']],
];

/**
 * The column that Meta's reason is about, of those the request had: the one that it names, or the only
 * one there is. Null where that leaves more than one.
 */
export function namedKey(reason: string, schema: readonly WireKey[]): WireKey | null {
  if (schema.length === 1) return schema[0] ?? null;
  const spelt = schema.filter((key) => new RegExp(`\\b${key}\\b`).test(reason));
  const called = calledSo.flatMap(([words, keys]) => (words.test(reason) ? keys : []));
  const meant = spelt.length > 0 ? spelt : schema.filter((key) => called.includes(key));
  return meant.length === 1 ? (meant[0] ?? null) : null;
}
