import { MusterError } from '#domain/errors/muster-error.ts';

/** RULE_INVALID that says where, what was expected there and what stood there instead. */
export function invalid(path: string, expected: string, found: unknown): MusterError {
  return new MusterError(
    'RULE_INVALID',
    `${placed(path)}: expected ${expected}, found ${described(found)}`,
  );
}

/** How a place is written in a message; the outermost node has no path of its own. */
export function placed(path: string): string {
  return path === '' ? 'the rule' : path;
}

export function under(path: string, step: string): string {
  return path === '' ? step : `${path}.${step}`;
}

/** Nothing but spaces, which SQL's btrim takes away: as good as no value. */
export function isBlank(text: string): boolean {
  return /^ *$/.test(text);
}

// Never the value itself: a rule may hold e-mail addresses, and messages end up in logs.
function described(json: unknown): string {
  if (json === undefined) return 'nothing';
  if (json === null) return 'null';
  if (Array.isArray(json)) return json.length === 0 ? 'an empty list' : 'a list';
  if (typeof json === 'string') return isBlank(json) ? 'an empty text' : 'other text';
  if (typeof json === 'number') return 'a number';
  if (typeof json === 'boolean') return String(json);
  return 'an object';
}
