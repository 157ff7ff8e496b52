import { isAscii, lowerCase, withoutInvisible } from './characters.ts';
import { firstLookHashed } from './first-look.ts';
import { type Outcome, unusable, value } from './outcome.ts';
import type { Context } from './setting.ts';

const plainWord = /^[A-Za-z]+$/;
const letter = /\p{L}/u;
// Apostrophes that Unicode counts as letters or symbols, beside all punctuation and symbols.
const punctuation = /[\p{P}\p{S}\u02b9-\u02bf\u02c8\u02ee\ua78c]/gu;
const spaces = /\s+/g;

/** First and last names: lower case, no punctuation, UTF-8 letters kept, composed (NFC). */
export function normaliseName(raw: string, label: string, context: Context): Outcome {
  const text = raw.trim();
  if (text.length < 32 && plainWord.test(text) && text !== 'null' && text !== 'None') {
    return firstLookHashed(text, label) ?? value(text.toLowerCase());
  }
  const early = firstLookHashed(text, label);
  if (early !== null) return early;
  if (text.includes('@')) return unusable(`${label}: an e-mail address`);
  const name = nameText(text, context.setting.nameSpaces);
  return letter.test(name) ? value(name) : unusable(`${label}: no letters`);
}

export function normaliseLastName(raw: string, context: Context): Outcome {
  return normaliseName(raw, 'last name', context);
}

export function normaliseFirstName(raw: string, context: Context): Outcome {
  return normaliseName(raw, 'first name', context);
}

const firstCharacter = /^.\p{M}*/su;

/** The first letter of a first name, or of an initial: "J." and John are both j. */
export function normaliseFirstInitial(raw: string, context: Context): Outcome {
  const outcome = normaliseName(raw, 'first initial', context);
  if (outcome.kind !== 'value') return outcome;
  return value(firstCharacter.exec(outcome.normalised)?.[0] ?? outcome.normalised);
}

/** Symbols go before NFKC, which would turn a lone ´ into a space with an accent. */
function nameText(text: string, nameSpaces: 'single' | 'removed'): string {
  const bare = text.replace(punctuation, '');
  const folded = isAscii(bare)
    ? bare.toLowerCase()
    : lowerCase(withoutInvisible(bare).normalize('NFKC')).replace(punctuation, '').normalize('NFC');
  return folded.trim().replace(spaces, nameSpaces === 'single' ? ' ' : '');
}
