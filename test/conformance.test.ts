import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { normaliseLine } from '#identifiers/normalise-line.ts';
import { defaultSetting } from '#identifiers/setting.ts';

interface Vector {
  readonly key: string;
  readonly input: string;
  readonly country?: string;
  readonly normalised: string;
  readonly hash: string;
  readonly reason: string;
  readonly why: string;
}

const file = new URL('../conformance/identifiers.jsonl', import.meta.url);
const vectors = readFileSync(file, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Vector);
const setting = defaultSetting(2026);

describe('conformance/identifiers.jsonl', () => {
  it('has 1,500 cases and 60 countries, each with its reason to be there', () => {
    expect(vectors.length).toBeGreaterThanOrEqual(1_500);
    const countries = vectors.flatMap(({ country }) => (country?.length === 2 ? [country] : []));
    expect(new Set(countries).size).toBeGreaterThanOrEqual(60);
    expect(vectors.filter(({ why }) => why === '')).toEqual([]);
  });

  const keys = [...new Set(vectors.map(({ key }) => key))];
  it.each(keys)('%s: we make of every input what is written there', (key) => {
    const ours = vectors
      .filter((vector) => vector.key === key)
      .map(({ normalised, hash, reason, why, ...question }) => {
        const answer = normaliseLine(question, setting);
        const same =
          answer.normalised === normalised && answer.hash === hash && answer.reason === reason;
        return same ? null : { ...question, wanted: normalised || reason || hash, why, answer };
      });
    expect(ours.filter((difference) => difference !== null)).toEqual([]);
  });
});
