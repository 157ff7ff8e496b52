import type { Secrets, Settings } from '#config/settings.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { resealChannels } from '#store/alert-channels.ts';
import { resealAll } from '#store/credentials.ts';
import type { Store } from '#store/db.ts';
import { resealSources } from '#store/sources.ts';
import { openSealed, sealCredentials } from './credentials.ts';
import { openChannel, sealChannelTarget } from './channel-target.ts';
import { resealLoginSecret } from './login-secret.ts';
import { beginRotation, type KeyRing, readKeys } from './key.ts';
import { openUrl, sealUrl } from './source-url.ts';

/**
 * Seals everything with a new key. The old one stays beside it until all is done, so a process that
 * dies in between, and those that run meanwhile, can open everything at any moment.
 * @returns how many connections were sealed anew, and whether the old key is gone already.
 * @throws MusterError KEY_INVALID, KEY_ROTATION, TOKEN_SEALED
 */
export async function rotateKey(
  store: Store,
  settings: Pick<Settings, 'dataDirectory' | 'keyFile'>,
  secrets: Pick<Secrets, 'key'>,
): Promise<{ connections: number; oldKeyGone: boolean }> {
  const rotation = await beginRotation(settings, secrets);
  const keys = rotation?.keys ?? (await readKeys(settings, secrets));
  if (rotation === null && keys.length < 2) throw new MusterError('KEY_ROTATION');
  const connections = await resealWith(store, keys);
  await rotation?.finish();
  return { connections, oldKeyGone: rotation !== null };
}

async function resealWith(store: Store, keys: KeyRing): Promise<number> {
  return await store.tx(async (tx) => {
    await resealLoginSecret(tx, keys);
    await resealSources(tx, (place, sealed) => sealUrl(keys, openUrl(keys, place, sealed), place));
    await resealChannels(tx, (place, sealed) =>
      sealChannelTarget(keys, openChannel(keys, place, sealed), place),
    );
    return await resealAll(tx, (place, sealed) =>
      sealCredentials(keys, openSealed(keys, place, sealed), place),
    );
  });
}
