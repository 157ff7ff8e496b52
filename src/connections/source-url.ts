import type { Secret } from '#config/secret.ts';
import type { Db } from '#store/db.ts';
import { readSealedUrl, type SourcePlace } from '#store/sources.ts';
import type { KeyRing } from './key.ts';
import { openToken, sealToken } from './seal.ts';

/** The URL of a source holds a password, so it is kept as tokens are. */
export function sealUrl(keys: KeyRing, url: Secret, place: SourcePlace): Buffer {
  return sealToken(keys, { ...place, what: 'source' }, url);
}

/** @throws MusterError TOKEN_SEALED */
export function openUrl(keys: KeyRing, place: SourcePlace, sealed: Buffer): Secret {
  return openToken(keys, { ...place, what: 'source' }, sealed);
}

/** @throws MusterError TOKEN_SEALED */
export async function readUrl(db: Db, keys: KeyRing, sourceId: number): Promise<Secret> {
  const { place, sealed } = await readSealedUrl(db, sourceId);
  return openUrl(keys, place, sealed);
}
