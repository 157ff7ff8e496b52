import { firstLook } from './first-look.ts';
import { blank, type Outcome, unusable, value } from './outcome.ts';

// https://developers.facebook.com/docs/marketing-apis/data-processing-options, read 2026-11-22:
// Limited Data Use, or nothing; country 1 and state 1000 are the United States and California, and
// two zeros ask Meta to find the place by itself.

/** `["LDU"]` or `[]` as JSON; the word alone and yes or no are understood. */
export function normaliseDataProcessingOptions(raw: string): Outcome {
  const text = raw.trim().toLowerCase();
  if (text === '') return blank;
  const word = text.replace(/[^a-z0-9]/g, '');
  if (word === 'ldu' || word === 'yes' || word === 'true' || word === '1') return value('["LDU"]');
  if (word === '' || word === 'no' || word === 'false' || word === '0') return value('[]');
  return unusable('data processing options: neither LDU nor empty');
}

export function normaliseDataProcessingCountry(raw: string): Outcome {
  return oneOf(raw, { 0: '0', 1: '1', us: '1' }, 'data processing country');
}

export function normaliseDataProcessingState(raw: string): Outcome {
  return oneOf(raw, { 0: '0', 1000: '1000', ca: '1000' }, 'data processing state');
}

function oneOf(raw: string, known: Readonly<Record<string, string>>, label: string): Outcome {
  const text = raw.trim().toLowerCase();
  const early = firstLook(text, label);
  if (early !== null) return early;
  const found = Object.hasOwn(known, text) ? known[text] : undefined;
  return found === undefined ? unusable(`${label}: not one that Meta knows`) : value(found);
}
