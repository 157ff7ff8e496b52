import { createHash } from 'node:crypto';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { Store } from '#store/db.ts';
import { lockEdit } from '#store/edit-lock.ts';
import type { ApiContext } from './api.ts';

/**
 * The version that an edit is made from, of its If-Match: `"3"`.
 * @throws MusterError API_VERSION_MISSING, AUDIENCE_CHANGED for what is no version of ours
 */
export function versionOf(ifMatch: string | undefined): number {
  if (ifMatch === undefined) throw new MusterError('API_VERSION_MISSING');
  const [, version] = /^\s*(?:W\/)?"?(\d{1,9})"?\s*$/.exec(ifMatch) ?? [];
  if (version === undefined) throw new MusterError('AUDIENCE_CHANGED', 'If-Match is no ETag of it');
  return Number(version);
}

/**
 * The version of what has no number of its own: made of what an edit changes, so whoever changes it, by
 * whatever way, makes another one. 16 hex digits.
 */
export function versionBy(values: unknown): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex').slice(0, 16);
}

/** Says with an answer which version it is of. */
export function tag<T>(context: ApiContext, values: unknown, document: T): T {
  context.header('etag', `"${versionBy(values)}"`);
  return document;
}

/** @param now what an edit would change. @throws MusterError API_CHANGED */
export function refuseOlder(ifMatch: string, now: unknown): void {
  const [, version] = /^\s*(?:W\/)?"?([0-9a-f]{16})"?\s*$/.exec(ifMatch) ?? [];
  if (ifMatch.trim() === '*' || version === versionBy(now)) return;
  throw new MusterError('API_CHANGED', 'If-Match is of an older version');
}

const underWay = new Map<string, Promise<unknown>>();

/**
 * One edit of a thing after the other, and none on top of what its sender has not seen: between looking
 * and changing nobody else edits it by the API, in this process or another.
 * @param what such as `model 3`.
 * @param look gives what the edit would change.
 * @throws MusterError API_CHANGED
 */
export async function editFrom<T>(
  store: Store,
  what: string,
  { ifMatch, look }: { readonly ifMatch: string | undefined; look(): Promise<unknown> },
  edit: () => Promise<T>,
): Promise<T> {
  // Whoever waits in this process waits here and holds no connection, which the edit may need.
  const before = underWay.get(what) ?? Promise.resolve();
  const mine = before.then(async () => {
    return await store.tx(async (tx) => {
      await lockEdit(tx, what);
      if (ifMatch !== undefined) refuseOlder(ifMatch, await look());
      return await edit();
    });
  });
  const settled = mine.then(
    () => {},
    () => {},
  );
  underWay.set(what, settled);
  try {
    return await mine;
  } finally {
    if (underWay.get(what) === settled) underWay.delete(what);
  }
}
