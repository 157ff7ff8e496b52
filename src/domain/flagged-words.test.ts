import { expect, it } from 'vitest';
import { flaggedWords } from './flagged-words.ts';

it.each([
  // Meta's own four examples.
  ['People with arthritis', ['arthritis']],
  ['DIABETES quiz', ['diabetes']],
  ['credit_score above 700', ['credit score']],
  ['High-income households', ['high income']],
  ['Diabetes and diabetes', ['diabetes']],
  ['Lapsed buyers', []],
  // Whole words only.
  ['Indebted to nobody; outcome', []],
  ['', []],
])('finds in “%s” %j', (text, words) => {
  expect(flaggedWords(text)).toEqual(words);
});
