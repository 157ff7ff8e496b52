import { MusterError } from '#domain/errors/muster-error.ts';
import { type Db, one, type Tx } from './db.ts';

type ChannelKind = 'mail' | 'webhook' | 'slack';

/** Where alerts go. What leads there is sealed and read apart. */
export interface Channel {
  readonly id: number;
  readonly name: string;
  readonly kind: ChannelKind;
  /** An address of mail, or the host that is called. */
  readonly place: string;
  readonly allowPrivate: boolean;
  readonly createdAt: Date;
  /** It said that it is gone for good. */
  readonly endedAt: Date | null;
  /** Why the last message did not arrive; null: it did, or there was none. */
  readonly problem: string | null;
}

const channels = `select c.id, c.name, c.kind, c.place, c.allow_private as "allowPrivate",
    c.created_at as "createdAt", c.ended_at as "endedAt",
    (select m.problem from alert_message m where m.channel_id = c.id and m.tries > 0
     order by m.id desc limit 1) as problem
  from alert_channel c`;

export async function listChannels(db: Db): Promise<Channel[]> {
  return await db.query<Channel>(`${channels} order by c.id`);
}

/** @throws MusterError CHANNEL_UNKNOWN */
export async function findChannel(db: Db, name: string): Promise<Channel> {
  const [found] = await db.query<Channel>(`${channels} where c.name = $1`, [name]);
  if (found === undefined) throw new MusterError('CHANNEL_UNKNOWN', `“${name}”`);
  return found;
}

/** Where what is sealed stands: it is bound to this place. */
export interface ChannelPlace {
  readonly installationId: string;
  readonly channelId: number;
}

/** @throws MusterError CHANNEL_EXISTS */
export async function addChannel(
  tx: Tx,
  wish: Pick<Channel, 'name' | 'kind' | 'place' | 'allowPrivate'> & {
    /** Null: there is nothing to seal. */
    readonly seal: ((place: ChannelPlace) => Buffer) | null;
  },
): Promise<void> {
  const [made] = await tx.query<{ id: number }>(
    `insert into alert_channel (name, kind, place, allow_private) values ($1, $2, $3, $4)
     on conflict (name) do nothing returning id`,
    [wish.name, wish.kind, wish.place, wish.allowPrivate],
  );
  if (made === undefined) throw new MusterError('CHANNEL_EXISTS', `“${wish.name}”`);
  if (wish.seal !== null) await sealChannel(tx, made.id, wish.seal);
}

export async function sealChannel(
  tx: Tx,
  channelId: number,
  seal: (place: ChannelPlace) => Buffer,
): Promise<void> {
  const { id: installationId } = await one<{ id: string }>(tx, 'select id from installation');
  await tx.query('update alert_channel set sealed = $2 where id = $1', [
    ...[channelId, seal({ installationId, channelId })],
  ]);
}

export async function removeChannel(db: Db, id: number): Promise<void> {
  await db.query('delete from alert_channel where id = $1', [id]);
}

export async function endChannel(db: Db, id: number): Promise<void> {
  await db.query('update alert_channel set ended_at = muster_now() where id = $1', [id]);
}

export async function readSealedChannel(
  db: Db,
  channelId: number,
): Promise<{ place: ChannelPlace; sealed: Buffer }> {
  const { installationId, sealed } = await one<{ installationId: string; sealed: Buffer }>(
    db,
    `select i.id as "installationId", c.sealed from alert_channel c, installation i where c.id = $1`,
    [channelId],
  );
  return { place: { installationId, channelId }, sealed };
}

/** Seals everything anew, for another key. */
export async function resealChannels(
  tx: Tx,
  reseal: (place: ChannelPlace, sealed: Buffer) => Buffer,
): Promise<void> {
  const rows = await tx.query<{ id: number }>(
    'select id from alert_channel where sealed is not null order by id for update',
  );
  for (const { id } of rows) {
    const { place, sealed } = await readSealedChannel(tx, id);
    await sealChannel(tx, id, () => reseal(place, sealed));
  }
}
