/**
 * Passwords that are made of nothing but what everybody thinks of first: words of the commonest ones, walks over
 * a keyboard, years, and the same again. No list is shipped: these are the patterns that such lists are made of.
 */

const words: readonly string[] = [
  ...['password', 'passwort', 'passw', 'kennwort', 'welcome', 'willkommen', 'letmein', 'changeme'],
  ...['admin', 'administrator', 'root', 'user', 'test', 'guest', 'login', 'master', 'secret'],
  ...[
    'geheim',
    'default',
    'system',
    'muster',
    'meta',
    'facebook',
    'instagram',
    'google',
    'company',
  ],
  ...[
    'iloveyou',
    'ichliebedich',
    'love',
    'liebe',
    'schatz',
    'hallo',
    'hello',
    'sunshine',
    'princess',
  ],
  ...['dragon', 'monkey', 'football', 'fussball', 'baseball', 'superman', 'batman', 'pokemon'],
  ...['starwars', 'michael', 'jennifer', 'daniel', 'charlie', 'shadow', 'computer', 'internet'],
  ...['summer', 'winter', 'spring', 'autumn', 'sommer', 'herbst', 'fruehling', 'monday', 'montag'],
  ...['january', 'januar', 'march', 'april', 'august', 'september', 'oktober', 'october'],
  ...['november', 'december', 'dezember', 'berlin', 'london', 'deutschland', 'america'],
];

/** Rows of American and German keyboards, their columns, digits and letters in order. */
const rows: readonly string[] = [
  ...['1234567890', 'qwertyuiop', 'qwertzuiop', 'asdfghjkl', 'zxcvbnm', 'yxcvbnm'],
  ...['1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p', '1q2w3e4r5t6y7u8i9o0p', '1q2w3e4r5t6z7u8i9o0p'],
  ...['abcdefghijklmnopqrstuvwxyz', '147258369'],
];
const walks = rows.flatMap((row) => [row, [...row].toReversed().join('')]);
const WALK_MIN = 3;

/** What is written for a letter. */
const letterOf: Readonly<Record<string, string>> = {
  ...{ '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i' },
};

export function isEasy(password: string): boolean {
  const plain = password.toLowerCase();
  const read = [...plain].map((sign) => letterOf[sign] ?? sign).join('');
  return isRepeated(plain) || isMadeOf(plain, read);
}

/** The same few characters again and again. */
function isRepeated(plain: string): boolean {
  return new Set(plain).size < 5 || /^(.{1,6})\1+.{0,3}$/s.test(plain);
}

/** Whether words, walks, years, digits and signs make all of it, in whatever order. */
function isMadeOf(plain: string, read: string): boolean {
  let at = 0;
  while (at < plain.length) {
    const step = Math.max(stepOf(plain.slice(at)), wordLength(read.slice(at)));
    if (step === 0) return false;
    at += step;
  }
  return true;
}

/** How many characters from the beginning are one of those. */
function stepOf(rest: string): number {
  const filler = /^(\d{1,4}|[^\p{L}\p{N}])/u.exec(rest)?.[0].length ?? 0;
  return Math.max(walkLength(rest), wordLength(rest), filler);
}

function wordLength(rest: string): number {
  return Math.max(0, ...words.filter((one) => rest.startsWith(one)).map(({ length }) => length));
}

function walkLength(rest: string): number {
  let length = 0;
  while (length < rest.length && walks.some((walk) => walk.includes(rest.slice(0, length + 1)))) {
    length += 1;
  }
  return length >= WALK_MIN ? length : 0;
}
