import { MusterError } from '#domain/errors/muster-error.ts';
import { addressOf, type Reachable } from '#sources/host.ts';
import { addChannel, type Channel, findChannel, sealChannel } from '#store/alert-channels.ts';
import type { Store } from '#store/db.ts';
import { readChannelTarget, sealChannelTarget } from './channel-target.ts';
import type { KeyRing } from './key.ts';

const SECRET_BYTES = 32;
/** The newest signs, and the one before as long as the other side may not know the newest. */
const SECRETS_KEPT = 2;

type RandomBytes = (size: number) => Buffer;

/** A key as Standard Webhooks writes it. */
function makeSecret(randomBytes: RandomBytes): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}

export interface WebhookWish {
  readonly name: string;
  /** Slack-style: `{"text": …}`, and the secret is in the URL. */
  readonly kind: 'webhook' | 'slack';
  readonly url: string;
  readonly reachable: Reachable;
}

/**
 * Makes a webhook. Its address is judged now, and again with every call.
 * @returns the key that signs what is sent there, to be shown this once; null of Slack-style.
 * @throws MusterError CHANNEL_PLACE_INVALID, CHANNEL_EXISTS, SOURCE_HOST_REFUSED, SOURCE_UNREACHABLE
 */
export async function createWebhook(
  store: Store,
  keys: KeyRing,
  { name, kind, url, reachable }: WebhookWish,
  randomBytes: RandomBytes,
): Promise<string | null> {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw new MusterError('CHANNEL_PLACE_INVALID', 'it does not begin with https://');
  }
  const { isPrivate } = await addressOf(parsed.hostname, reachable);
  if (parsed.protocol === 'http:' && !isPrivate) {
    throw new MusterError('CHANNEL_PLACE_INVALID', `${parsed.hostname} would be told unencrypted`);
  }
  const secret = kind === 'slack' ? null : makeSecret(randomBytes);
  const target = { url, secrets: secret === null ? [] : [secret] };
  const { allowPrivate } = reachable;
  await store.tx((tx) =>
    addChannel(tx, {
      ...{ name, kind, place: parsed.host, allowPrivate },
      seal: (place) => sealChannelTarget(keys, target, place),
    }),
  );
  return secret;
}

/**
 * A new key; the one before signs beside it until the next time.
 * @returns the new one, to be shown this once.
 * @throws MusterError CHANNEL_UNKNOWN
 */
export async function rotateWebhook(
  store: Store,
  keys: KeyRing,
  name: string,
  randomBytes: RandomBytes,
): Promise<string> {
  const channel = await findWebhook(store, name);
  if (channel.kind === 'slack') {
    throw new MusterError('CHANNEL_UNKNOWN', `“${name}” signs nothing: its secret is its URL`);
  }
  const secret = makeSecret(randomBytes);
  await store.tx(async (tx) => {
    const { url, secrets } = await readChannelTarget(tx, keys, channel.id);
    const target = { url, secrets: [secret, ...secrets].slice(0, SECRETS_KEPT) };
    await sealChannel(tx, channel.id, (place) => sealChannelTarget(keys, target, place));
  });
  return secret;
}

/** @throws MusterError CHANNEL_UNKNOWN */
export async function findWebhook(store: Store, name: string): Promise<Channel> {
  const channel = await findChannel(store, name);
  if (channel.kind === 'mail') throw new MusterError('CHANNEL_UNKNOWN', `“${name}”`);
  return channel;
}

/** Good enough to try; whether it is somebody's, only mail can tell. */
const mailAddress = /^[^\s@<>,;"]{1,64}@[^\s@<>,;"]{1,255}$/;

/** Alerts go to these addresses too. @throws MusterError CHANNEL_PLACE_INVALID, CHANNEL_EXISTS */
export async function addAddresses(store: Store, addresses: readonly string[]): Promise<void> {
  const wrong = addresses.findIndex((address) => !mailAddress.test(address));
  if (wrong >= 0) {
    throw new MusterError('CHANNEL_PLACE_INVALID', `address ${wrong + 1} is no address of mail`);
  }
  await store.tx(async (tx) => {
    for (const place of addresses) {
      const mail = { name: place, kind: 'mail', place, allowPrivate: false, seal: null } as const;
      await addChannel(tx, mail);
    }
  });
}
