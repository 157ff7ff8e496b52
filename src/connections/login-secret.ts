import { randomBytes } from 'node:crypto';
import { Secret } from '#config/secret.ts';
import type { Store, Tx } from '#store/db.ts';
import { keepLoginSecret, readLoginSecret, replaceSealedLoginSecret } from '#store/login-secret.ts';
import type { KeyRing } from './key.ts';
import { openToken, sealToken } from './seal.ts';

const CHANCE_BYTES = 32;

/**
 * What signs the cookies of sessions and encrypts second factors: made once for an installation, and kept
 * sealed, so that whoever has only the database can neither sign in nor read a second factor.
 * @throws MusterError TOKEN_SEALED
 */
export async function openLoginSecret(store: Store, keys: KeyRing): Promise<Secret> {
  const { installationId, sealed } = await readLoginSecret(store);
  const place = { installationId, what: 'login secret' } as const;
  if (sealed !== null) return openToken(keys, place, sealed);
  const secret = new Secret(randomBytes(CHANCE_BYTES).toString('base64url'));
  await keepLoginSecret(store, sealToken(keys, place, secret));
  return await openLoginSecret(store, keys);
}

/** Seals it anew with the newest key of the ring. */
export async function resealLoginSecret(tx: Tx, keys: KeyRing): Promise<void> {
  const { installationId, sealed } = await readLoginSecret(tx);
  if (sealed === null) return;
  const place = { installationId, what: 'login secret' } as const;
  const secret = openToken(keys, place, sealed);
  await replaceSealedLoginSecret(tx, sealToken(keys, place, secret));
}
