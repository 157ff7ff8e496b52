import { Secret } from '#config/secret.ts';
import type { Db } from '#store/db.ts';
import { readSealedUrl, type SourcePlace } from '#store/sources.ts';
import type { KeyRing } from './key.ts';
import { openToken, sealToken } from './seal.ts';

/** Where a source is, and what opens it beside the URL: a token, a private key, two keys of S3. */
export interface SourceAddress {
  readonly url: string;
  readonly secret: string | null;
}

/** One text to seal; a URL alone is itself. */
export function packAddress({ url, secret }: SourceAddress): Secret {
  return new Secret(secret === null ? url : JSON.stringify({ url, secret }));
}

/** @throws MusterError TOKEN_SEALED */
export async function readAddress(db: Db, keys: KeyRing, sourceId: number): Promise<SourceAddress> {
  const text = (await readUrl(db, keys, sourceId)).reveal();
  // No URL and no absolute path begins with a brace.
  return text.startsWith('{') ? (JSON.parse(text) as SourceAddress) : { url: text, secret: null };
}

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
