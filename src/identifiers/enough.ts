import { type IdentifierKey, identifierKeys } from '#domain/identifier-keys.ts';
import { must } from '#domain/errors/assert.ts';

/**
 * Whether a row can match anybody. `strict` passes both rules, `external-id-only` passes the rule
 * that allows an external id alone, `none` passes neither.
 */
export type Sufficiency = 'none' | 'external-id-only' | 'strict';

/** Which identifiers a row has: bit n is the n-th key in wire order. */
export type Presence = number;

export function presenceOf(keys: Iterable<IdentifierKey>): Presence {
  let presence = 0;
  for (const key of keys) presence |= bit(key);
  return presence;
}

function bit(key: IdentifierKey): number {
  const order = identifierKeys.indexOf(key);
  return 1 << must(order < 0 ? null : order, `key ${key} has an order`);
}

const alone = presenceOf(['EMAIL', 'PHONE', 'MADID']);
const externalId = presenceOf(['EXTERN_ID']);
const fullName = presenceOf(['LN', 'FN']);
const places = [
  presenceOf(['ZIP']),
  presenceOf(['CT', 'ST']),
  presenceOf(['DOBY', 'DOBM', 'DOBD']),
];

/**
 * The two rules of features.md §9 Q-7: e-mail, phone or a mobile id is enough; so are last and
 * first name (an initial is not a name) with a zip, a city and state, or a whole birth date.
 */
export function sufficiency(present: Presence): Sufficiency {
  if ((present & alone) !== 0) return 'strict';
  if (has(present, fullName) && places.some((place) => has(present, place))) return 'strict';
  return has(present, externalId) ? 'external-id-only' : 'none';
}

function has(present: Presence, wanted: Presence): boolean {
  return (present & wanted) === wanted;
}
