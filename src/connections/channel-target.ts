import { Secret } from '#config/secret.ts';
import { type ChannelPlace, readSealedChannel } from '#store/alert-channels.ts';
import type { Db } from '#store/db.ts';
import type { KeyRing } from './key.ts';
import { openToken, sealToken } from './seal.ts';

/** Where a webhook leads, and what signs what goes there; `whsec_…`, the newest first. */
export interface ChannelTarget {
  readonly url: string;
  readonly secrets: readonly string[];
}

/** A URL may hold a secret, as Slack's do, so it is kept as tokens are. */
export function sealChannelTarget(
  keys: KeyRing,
  target: ChannelTarget,
  place: ChannelPlace,
): Buffer {
  return sealToken(keys, { ...place, what: 'alert channel' }, new Secret(JSON.stringify(target)));
}

/** @throws MusterError TOKEN_SEALED */
export function openChannel(keys: KeyRing, place: ChannelPlace, sealed: Buffer): ChannelTarget {
  const text = openToken(keys, { ...place, what: 'alert channel' }, sealed).reveal();
  return JSON.parse(text) as ChannelTarget;
}

/** @throws MusterError TOKEN_SEALED */
export async function readChannelTarget(
  db: Db,
  keys: KeyRing,
  channelId: number,
): Promise<ChannelTarget> {
  const { place, sealed } = await readSealedChannel(db, channelId);
  return openChannel(keys, place, sealed);
}
