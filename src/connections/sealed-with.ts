import { MusterError } from '#domain/errors/muster-error.ts';
import { listChannels } from '#store/alert-channels.ts';
import { listConnections } from '#store/credentials.ts';
import type { Db } from '#store/db.ts';
import { listSources } from '#store/sources.ts';
import { readChannelTarget } from './channel-target.ts';
import { openCredentials } from './credentials.ts';
import type { KeyRing } from './key.ts';
import { readAddress } from './source-url.ts';

/** What cannot be opened with the keys that are here, by name: `connection “shop”`. */
export async function sealedWithoutKey(db: Db, keys: KeyRing): Promise<string[]> {
  const sealed: (readonly [string, () => Promise<unknown>])[] = [
    ...(await listConnections(db)).map(
      ({ id, name }) => [`connection “${name}”`, () => openCredentials(db, keys, id)] as const,
    ),
    ...(await listSources(db)).map(
      ({ id, name }) => [`source “${name}”`, () => readAddress(db, keys, id)] as const,
    ),
    ...(await listChannels(db))
      .filter(({ kind }) => kind !== 'mail')
      .map(({ id, name }) => [`webhook “${name}”`, () => readChannelTarget(db, keys, id)] as const),
  ];
  const closed: string[] = [];
  for (const [what, open] of sealed) {
    try {
      await open();
    } catch (error) {
      if (!(error instanceof MusterError) || error.code !== 'TOKEN_SEALED') throw error;
      closed.push(what);
    }
  }
  return closed;
}
