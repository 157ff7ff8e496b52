import { lowerCase, withoutInvisible } from './characters.ts';
import { firstLookHashed, placeholderOutcome } from './first-look.ts';
import { type Outcome, unusable, value } from './outcome.ts';
import { isAlwaysPlaceholder } from './placeholder.ts';
import type { Context } from './setting.ts';

// Words that may be placeholders, and what is long enough for a hash, take the long way.
const plainWord = /^(?!null$|nan$|unknown$|undefined$)[a-z]{1,31}$/i;
const letter = /\p{L}/u;
// Beside all punctuation and symbols the apostrophes that Unicode counts as letters (ʼ ʻ ꞌ).
const punctuation = /[\p{P}\p{S}\u02b9-\u02bf\u02c8\u02ee\ua78b\ua78c]/gu;
const spaces = /\s+/g;

/**
 * First and last names: lower case, no punctuation, runs of white space as one space (or none, as the
 * setting says), UTF-8 letters kept, composed (NFC).
 */
function normaliseName(raw: string, label: string, context: Context): Outcome {
  const text = raw.trim();
  if (plainWord.test(text)) return value(text.toLowerCase());
  const early = firstLookHashed(text, label, 'person');
  if (early !== null) return early;
  const name = nameText(text, context.setting.nameSpaces);
  if (!letter.test(name)) return unusable(`${label}: no letters`);
  return isAlwaysPlaceholder(name) ? placeholderOutcome(label) : value(name);
}

export function normaliseLastName(raw: string, context: Context): Outcome {
  return normaliseName(raw, 'last name', context);
}

export function normaliseFirstName(raw: string, context: Context): Outcome {
  return normaliseName(raw, 'first name', context);
}

const firstLetter = /\p{L}\p{M}*/u;

/** The first letter of a first name, or of an initial: "J." and John are both j. */
export function normaliseFirstInitial(raw: string, context: Context): Outcome {
  const outcome = normaliseName(raw, 'first initial', context);
  if (outcome.kind !== 'value') return outcome;
  return value(firstLetter.exec(outcome.normalised)?.[0] ?? outcome.normalised);
}

/**
 * Symbols go before NFKC, which would turn a lone ´ into a space with an accent; ligatures and
 * full-width letters come out in their plain form. Composed last: what went may have stood between
 * a letter and its accent.
 */
function nameText(text: string, nameSpaces: Context['setting']['nameSpaces']): string {
  const between = nameSpaces === 'single' ? ' ' : '';
  const bare = text.normalize('NFC').replace(spaces, ' ').replace(punctuation, '');
  const folded = withoutInvisible(bare).normalize('NFKC').replace(punctuation, '');
  return lowerCase(folded.trim().replace(spaces, between)).normalize('NFC');
}
