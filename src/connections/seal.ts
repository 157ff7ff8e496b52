import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { MusterError } from '#domain/errors/muster-error.ts';
import { Secret } from '#config/secret.ts';
import type { KeyRing } from './key.ts';

/**
 * A sealed token: one byte for the format, the nonce, the tag, the ciphertext. AES-256-GCM with a
 * random 96-bit nonce is good for far more tokens under one key than anyone connects
 * (NIST SP 800-38D, section 8.3, read 2026-11-22: 2^32).
 */
const FORMAT = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';

/** The row and column a secret stands in: copied to another one, or installation, it does not open. */
export type Place = { readonly installationId: string } & (
  | { readonly what: 'token' | 'app secret'; readonly connectionId: number }
  | { readonly what: 'source'; readonly sourceId: number }
  | { readonly what: 'alert channel'; readonly channelId: number }
  | { readonly what: 'login secret' }
);

/** The only row of its table is the first. */
function rowOf(place: Place): number {
  if (place.what === 'login secret') return 1;
  if (place.what === 'source') return place.sourceId;
  return place.what === 'alert channel' ? place.channelId : place.connectionId;
}

/** Sealed with the newest key of the ring. */
export function sealToken([key]: KeyRing, place: Place, token: Secret): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(bindingOf(place));
  const sealed = Buffer.concat([cipher.update(token.reveal(), 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.of(FORMAT), nonce, cipher.getAuthTag(), sealed]);
}

/**
 * Opened with whichever key of the ring fits.
 * @throws MusterError TOKEN_SEALED when none does, the place is another one, or a byte was changed.
 */
export function openToken(keys: KeyRing, place: Place, sealed: Buffer): Secret {
  const bodyAt = 1 + NONCE_BYTES + TAG_BYTES;
  if (sealed[0] !== FORMAT || sealed.length < bodyAt) {
    throw new MusterError('TOKEN_SEALED', `its format is ${sealed[0] ?? 'missing'}`);
  }
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
  let failure: unknown;
  for (const key of keys) {
    const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(bindingOf(place));
    decipher.setAuthTag(sealed.subarray(1 + NONCE_BYTES, bodyAt));
    try {
      const opened = Buffer.concat([decipher.update(sealed.subarray(bodyAt)), decipher.final()]);
      return new Secret(opened.toString('utf8'));
    } catch (error) {
      failure = error;
    }
  }
  const row = place.what === 'token' || place.what === 'app secret' ? 'connection' : place.what;
  throw new MusterError('TOKEN_SEALED', `${row} ${rowOf(place)}`, { cause: failure });
}

function bindingOf(place: Place): Buffer {
  const { what, installationId } = place;
  return Buffer.from(`muster ${what} ${FORMAT} ${installationId} ${rowOf(place)}`);
}
