/** Characters that look alike but are not the same bytes: one form for each, before any hashing. */

const beyondAscii = /[^\0-\x7f]/;

export function isAscii(text: string): boolean {
  return !beyondAscii.test(text);
}

const invisible = /[\p{Cc}\p{Cf}\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0]/gu;

/** Without control, zero-width, direction and soft-hyphen characters; nobody typed them on purpose. */
export function withoutInvisible(text: string): string {
  return text.replace(invisible, '');
}

const foreignDigit = /[\p{Nd}--[0-9]]/gv;
const decimalDigit = /\p{Nd}/u;

/** Full-width, Arabic-Indic, Devanagari and all other decimal digits as 0-9. */
export function asciiDigits(text: string): string {
  return text.replace(foreignDigit, (digit) => {
    const code = digit.codePointAt(0) ?? 0;
    // Unicode keeps decimal digits in runs of ten from their zero, some runs side by side.
    let first = code;
    while (decimalDigit.test(String.fromCodePoint(first - 1))) first -= 1;
    return String((code - first) % 10);
  });
}

const dottedI = /i\u0307+/g;

/**
 * Lower case as people mean it: Turkish İ is i, not i and a dot above it. Everything else as
 * Unicode says, Greek final sigma included.
 */
export function lowerCase(text: string): string {
  return text.toLowerCase().replace(dottedI, 'i');
}

// Letters that have a Latin form but no decomposition in Unicode.
const latinForms = new Map(
  Object.entries({
    ß: 'ss',
    æ: 'ae',
    œ: 'oe',
    ø: 'o',
    đ: 'd',
    ð: 'd',
    þ: 'th',
    ł: 'l',
    ħ: 'h',
    ı: 'i',
    ĸ: 'k',
    ŋ: 'n',
    ŧ: 't',
    ə: 'a',
    ɓ: 'b',
    ɗ: 'd',
    ƙ: 'k',
    ƴ: 'y',
    ɛ: 'e',
    ɔ: 'o',
    ɖ: 'd',
    ƒ: 'f',
    ɣ: 'g',
  }),
);
const mark = /\p{M}/gu;
const special = /[^\0-\x7f]/gu;

/** Lower-case Latin letters without accents (münchen → munchen); other scripts stay as they are. */
export function latin(lowerCased: string): string {
  const bare = lowerCased.normalize('NFKD').replace(mark, '');
  return bare.replace(special, (letter) => latinForms.get(letter) ?? letter);
}
