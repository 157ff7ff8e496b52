/**
 * Somebody who has only an anonymous id is a profile too, under an external id that says so. It is our
 * own name for them, so it is never sent as an External ID.
 */
const prefix = 'anonymous:';

export function externalIdOfAnonymous(anonymousId: string): string {
  return prefix + anonymousId;
}

export function isAnonymous(externalId: string): boolean {
  return externalId.startsWith(prefix);
}

/** Null: it is an external id of your own. */
export function anonymousIdOf(externalId: string): string | null {
  return isAnonymous(externalId) ? externalId.slice(prefix.length) : null;
}
