import type { NormaliseQuestion } from './normalise-line.ts';

/** Why a line is no question, in words that repeat nothing of it. `about` is what could be read. */
export interface Misread {
  readonly reason: string;
  readonly about: Partial<Pick<NormaliseQuestion, 'key' | 'input'>>;
}

/** The key whose value is an array in Meta's own rows. */
const arrayKey = /^data_processing_options$/i;

/** Reads `{key, input, country?}` from one line of JSON. */
export function readQuestion(line: string): NormaliseQuestion | Misread {
  // Trimmed, because editors on Windows put a byte order mark in front, which JSON does not know.
  const text = line.trim();
  if (text === '') return misread('an empty line');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return misread('not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return misread('not a JSON object');
  }
  const { key, input, country = null } = value as Record<string, unknown>;
  if (typeof key !== 'string') return misread('no "key"');
  if (input === undefined) return misread('no "input"', { key });
  if (!isInput(input, key)) return misread('"input" is not one value', { key });
  if (typeof input === 'number' && Number.isInteger(input) && !Number.isSafeInteger(input)) {
    // What it was is gone: a JSON number carries 53 bits here, and the last digits are others now.
    return misread('a number beyond 2^53 has lost digits; write it as text', { key, input });
  }
  if (country !== null && typeof country !== 'string') {
    return misread('"country" is not text', { key, input });
  }
  return { key, input, country };
}

function isInput(input: unknown, key: string): input is NormaliseQuestion['input'] {
  if (Array.isArray(input)) return arrayKey.test(key);
  return input === null || ['string', 'number', 'boolean'].includes(typeof input);
}

function misread(reason: string, about: Misread['about'] = {}): Misread {
  return { reason, about };
}
