import type { Meaning } from './meanings.ts';

/**
 * Meta's error codes, as `code` or `code/subcode`, and what they mean. A subcode that is not here has
 * its code's meaning; so has a code of seven digits, whichever of the two places it came in.
 * Sources: https://developers.facebook.com/documentation/ads-commerce/marketing-api/error-reference
 * and the pages of each endpoint (read 2026-09-12); where a line says so, what others reported.
 */
export const problemCodes: Readonly<Record<string, Meaning>> = {
  '1': 'unknown at Meta',
  // A request of 30,000 rows: github.com/facebook/facebook-java-business-sdk/issues/46
  '1/99': 'request too large',
  '2': 'fault at Meta',

  '3': 'permission missing',
  '10': 'permission missing',
  '270': 'app access too low',
  '278': 'permission missing',
  '294': 'permission missing',
  // 200 to 299 are permissions: see rangeOf.
  '200': 'permission missing',
  '200/1870034': 'terms not accepted',
  '200/1870047': 'too small to remove',
  '200/1870050': 'no business',
  '200/1870090': 'terms not accepted',

  '4': 'app throttled',
  '4/1504022': 'app throttled',
  '4/1504039': 'app throttled',
  '341': 'app throttled',
  '17': 'account throttled',
  '17/2446079': 'account throttled',
  '32': 'account throttled',
  '429': 'account throttled',
  // Without a subcode: calls that look abusive.
  '613': 'volume unusual',
  '613/1996': 'volume unusual',
  '613/1487742': 'account throttled',
  '613/5044001': 'account throttled',
  // 80000 to 80014 are limits by use case: see rangeOf.
  '80003': 'account throttled',
  '80003/2446079': 'account throttled',

  '100': 'parameter refused',
  '100/33': 'audience not found',
  // Both seen in the code exchange by many (passport-facebook, Meta's community forum).
  '100/36007': 'login code spent',
  '100/36009': 'login code spent',
  '100/1713098': 'rule refused',
  '100/1713228': 'audience locked',
  '100/1713230': 'audience flagged',
  '100/1713231': 'audience locked',
  '100/1713232': 'seed flagged',
  // github.com/facebook/facebook-python-business-sdk/issues/859
  '100/1815089': 'terms not accepted',
  '101': 'app unknown',
  '102': 'token invalid',
  '104': 'app secret wrong',
  '105': 'too many parameters',
  '190': 'token invalid',
  '190/458': 'token withdrawn',
  '190/459': 'person must log in',
  '190/460': 'password changed',
  '190/463': 'token expired',
  '190/464': 'person must log in',
  '190/467': 'token invalid',
  '190/492': 'role lost',
  '190/493': 'access lapsed',
  '191': 'redirect address wrong',
  '194': 'parameter missing',

  '368': 'blocked by policy',
  // Seen just after creating: github.com/facebook/facebook-ruby-business-sdk/issues/124
  '803': 'audience not found',
  '2500': 'request malformed',
  '2635': 'version retired',

  '2650': 'update refused',
  '2650/1870144': 'too large to replace',
  '2650/1870145': 'replace running',
  '2650/1870147': 'replace not begun',
  '2650/1870148': 'replace in part',
  '2650/1870158': 'replace out of time',
  '2650/1870159': 'replace finished',
  '2654': 'create refused',
  '2654/1713092': 'account not writable',
  '2655': 'terms not accepted',
  '2656': 'lookalikes depend',
  '2663': 'terms not accepted',
  '2664': 'terms not accepted',

  '1487301': 'audience not shared',
  '1487366': 'audience gone',
  '1870034': 'terms not accepted',
  '1870065': 'audience not shared',
  '1870090': 'terms not accepted',
  '1870092': 'business terms not accepted',
};

/** The meaning of a code, or null when it is not listed. */
export function meaningOf(code: number, subcode: number | null): Meaning | null {
  const exact = subcode === null ? undefined : problemCodes[`${code}/${subcode}`];
  const specific = exact ?? (subcode === null ? undefined : longCode(subcode));
  return specific ?? problemCodes[String(code)] ?? rangeOf(code);
}

/** Codes of seven digits mean the same as a code and as a subcode. */
function longCode(subcode: number): Meaning | undefined {
  return subcode >= 1_000_000 ? problemCodes[String(subcode)] : undefined;
}

function rangeOf(code: number): Meaning | null {
  if (code >= 200 && code <= 299) return 'permission missing';
  if (code >= 80_000 && code <= 80_014) return 'account throttled';
  return null;
}
