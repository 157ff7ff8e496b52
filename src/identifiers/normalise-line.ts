import { furtherKeys, identifierKeys } from '#domain/identifier-keys.ts';
import { countryOfRow } from './country.ts';
import { sha256Hex } from './hash.ts';
import { type Kind, kinds } from './kinds.ts';
import { readQuestion } from './question.ts';
import type { Setting } from './setting.ts';

/** One value to try: `key` in Meta's spelling, `country` as a code or a name. */
export interface NormaliseQuestion {
  readonly key: string;
  /** Numbers, booleans and Meta's one array are read as JSON writes them; null is nothing. */
  readonly input: string | number | boolean | null | readonly unknown[];
  readonly country?: string | null;
}

/**
 * What was made of it. Empty strings where there is nothing: `hash` for keys that go plain,
 * `normalised` for what was hashed before, both for what is blank or unusable; `reason` only for the
 * latter.
 */
export interface NormaliseAnswer {
  readonly key: string;
  readonly input: NormaliseQuestion['input'];
  readonly normalised: string;
  readonly hash: string;
  readonly reason: string;
}

const kindByKey: ReadonlyMap<string, Kind> = new Map(kinds.map((kind) => [kind.key, kind]));

/** The answer to one line of `muster normalise`; a line that is no question gets a reason as well. */
export function answerLine(line: string, setting: Setting): NormaliseAnswer {
  const question = readQuestion(line);
  if (!('reason' in question)) return normaliseLine(question, setting);
  return noAnswer(question.reason, question.about);
}

/** What a line gets that could not be read as a question. */
export function noAnswer(
  reason: string,
  about: Partial<Pick<NormaliseQuestion, 'key' | 'input'>> = {},
): NormaliseAnswer {
  return { key: '', input: '', ...about, normalised: '', hash: '', reason };
}

/** The answer to one question, and to one conformance vector. */
export function normaliseLine(question: NormaliseQuestion, setting: Setting): NormaliseAnswer {
  const { key, input } = question;
  const answer = { key, input, normalised: '', hash: '', reason: '' };
  const kind = kindByKey.get(key.toUpperCase());
  if (kind === undefined) {
    return { ...answer, reason: `no such key; ${[...identifierKeys, ...furtherKeys].join(', ')}` };
  }
  const country = countryOfRow(question.country ?? '');
  const raw = Array.isArray(input) ? JSON.stringify(input) : String(input ?? '');
  const outcome = kind.normalise(raw, { country, setting });
  switch (outcome.kind) {
    case 'blank':
      return answer;
    case 'unusable':
      return { ...answer, reason: outcome.reason };
    case 'hashed':
      return { ...answer, hash: outcome.hash };
    case 'value': {
      const { normalised } = outcome;
      return { ...answer, normalised, hash: kind.hashed ? sha256Hex(normalised) : '' };
    }
  }
}
