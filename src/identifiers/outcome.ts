/**
 * What became of one raw value.
 * `blank`: nothing was there, which is not an error. `value`: the text to send or to hash.
 * `hashed`: the text to send as it is, in lower case (the input was a SHA-256 already, or the
 * setting asks for one). `unusable`: something was there that cannot match anybody; the reason
 * never contains the value.
 */
export type Outcome =
  | { readonly kind: 'blank' }
  | { readonly kind: 'value'; readonly normalised: string }
  | { readonly kind: 'hashed'; readonly hash: string }
  | { readonly kind: 'unusable'; readonly reason: string };

export const blank: Outcome = { kind: 'blank' };

export function value(normalised: string): Outcome {
  return { kind: 'value', normalised };
}

export function hashed(hash: string): Outcome {
  return { kind: 'hashed', hash };
}

export function unusable(reason: string): Outcome {
  return { kind: 'unusable', reason };
}

/** No name, place, address or id of a person comes near; what does is a text in the wrong column. */
const charactersMax = 1_000;

export function isTooLong(raw: string): boolean {
  return raw.length > charactersMax && raw.trim().length > charactersMax;
}

export function tooLong(label: string): Outcome {
  return unusable(`${label}: longer than ${charactersMax.toLocaleString('en-US')} characters`);
}
