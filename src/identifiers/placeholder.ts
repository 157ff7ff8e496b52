/**
 * Whose value it is. People are called Null and Nan, a commune in Piedmont is called None and a
 * province of Thailand Nan: there only what a machine certainly wrote is nothing.
 */
export type Bearer = 'person' | 'place' | 'other';

// What nobody and nothing is called, in any case.
const anywhere = words(
  '#n/a|n/a|n/d|\\n|undefined|unknown|(null)|<null>|[null]|#null!|#value!|#ref!|#name?|#div/0!|<na>|' +
    '(none)|<none>|<nil>|(blank)|(empty)|(unknown)|[object object]|not available|not provided|' +
    'not specified|not applicable|no data',
);
// Na and Nil are missing on purpose: they are people's names and take part in ids.
const nothingElse = words('null|nan|none|n.a.');
const nothingAsPlace = words('null|n.a.');
// As SQL, JavaScript and JSON write it. Null is a name, and so are Nan, nan (also Python's not a
// number) and None (also Python's nothing).
const nothingAsPerson: ReadonlySet<string> = new Set(['null', 'NULL']);
const notANumber = 'NaN';
const longest = 15;
const start = /^[nu#(<[\\]/i;

function words(list: string): ReadonlySet<string> {
  return new Set(list.split('|'));
}

/** What no value of any kind is, however it came to be. */
export function isAlwaysPlaceholder(text: string): boolean {
  return text.length <= longest && start.test(text) && anywhere.has(text.toLowerCase());
}

/** What programs and forms write where there is nothing. `text` is trimmed and otherwise as it came. */
export function isPlaceholder(text: string, bearer: Bearer): boolean {
  if (text.length > longest || !start.test(text)) return false;
  const lower = text.toLowerCase();
  if (text === notANumber || anywhere.has(lower)) return true;
  if (bearer === 'person') return nothingAsPerson.has(text);
  return (bearer === 'place' ? nothingAsPlace : nothingElse).has(lower);
}
