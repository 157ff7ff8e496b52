import { mask } from '#identifiers/mask.ts';
import type { Principal } from '../auth/principal.ts';

/** Shows values, or their shape to whoever has no right to personal data. */
export type Shown = <V>(value: V) => V;

/**
 * How values are shown to somebody. Names of traits stay, and yes, no and nothing, which name nobody; of
 * everything else the form is left: a for a letter, 9 for a digit.
 */
export function shownTo({ personalData }: Principal): Shown {
  return personalData ? (value) => value : (value) => masked(value) as typeof value;
}

function masked(value: unknown): unknown {
  if (value === null || value === undefined || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value === 'string') return mask(value);
  if (typeof value !== 'object') return mask(JSON.stringify(value) ?? '');
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, masked(inner)]));
}
