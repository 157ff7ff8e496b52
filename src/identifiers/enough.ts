import { type FurtherKey, type IdentifierKey } from '#domain/identifier-keys.ts';
import { kindOf } from './kinds.ts';

/**
 * Whether a row can match anybody. `strict` passes both rules, `external-id-only` passes the rule
 * that allows an external id alone, `none` passes neither.
 */
export type Sufficiency = 'none' | 'external-id-only' | 'strict';

/** Which identifiers a row has: bit n is the key whose order is n. */
export type Presence = number;

export function presenceOf(keys: Iterable<IdentifierKey | FurtherKey>): Presence {
  let presence = 0;
  for (const key of keys) presence |= 1 << kindOf(key).order;
  return presence;
}

const alone = presenceOf(['EMAIL', 'PHONE', 'MADID', 'APPUID', 'PAGEUID', 'IGUID']);
const externalId = presenceOf(['EXTERN_ID']);
const fullName = presenceOf(['LN', 'FN']);
const besideName = [
  presenceOf(['ZIP']),
  presenceOf(['CT', 'ST']),
  presenceOf(['DOBY', 'DOBM', 'DOBD']),
];

/**
 * The two rules of features.md §9 Q-7: e-mail, phone, a mobile, app, page or Instagram id is
 * enough; so are last and first name (an initial is not a name) with a zip, a city and state, or a
 * whole birth date.
 */
export function sufficiency(present: Presence): Sufficiency {
  if ((present & alone) !== 0) return 'strict';
  if (has(present, fullName) && besideName.some((wanted) => has(present, wanted))) return 'strict';
  return has(present, externalId) ? 'external-id-only' : 'none';
}

function has(present: Presence, wanted: Presence): boolean {
  return (present & wanted) === wanted;
}
