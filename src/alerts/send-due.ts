import { randomUUID } from 'node:crypto';
import { MusterError } from '#domain/errors/muster-error.ts';
import { endChannel } from '#store/alert-channels.ts';
import { type AlertMessage, noteNotSent, noteSent, takeMessages } from '#store/alert-messages.ts';
import type { Store } from '#store/db.ts';
import { databaseNow } from '#store/overview.ts';
import type { Mailer } from './mail.ts';
import { textOf, webhookBody } from './message.ts';
import { callWebhook, type CallOutcome, type WebhookTarget } from './webhook.ts';

/** What messages are sent with. */
export interface Senders {
  /** Null: no server for mail is set. */
  readonly mailer: Mailer | null;
  /** Where a channel leads, opened. */
  readonly openChannel: (channelId: number) => Promise<WebhookTarget>;
  /** Hosts of one's own that webhooks may be on. */
  readonly ownHosts: readonly string[];
}

const AT_ONCE = 20;

/**
 * Sends what is due; a channel that fails holds up no other.
 * @returns how many were tried.
 */
export async function sendDue(store: Store, senders: Senders): Promise<number> {
  const due = await takeMessages(store, AT_ONCE);
  if (due.length === 0) return 0;
  const now = await databaseNow(store);
  await Promise.all(due.map((message) => trySend(store, senders, message, now)));
  return due.length;
}

async function trySend(store: Store, senders: Senders, message: AlertMessage, now: Date) {
  try {
    const outcome = await send(senders, message, now);
    if (outcome === 'gone') await endChannel(store, message.channel.id);
    await noteSent(store, message.id);
  } catch (error) {
    if (!(error instanceof MusterError)) throw error;
    await noteNotSent(store, message, error.message);
  }
}

/** Sends a test at once. @throws MusterError why it was not taken */
export async function sendTest(
  senders: Senders,
  channel: AlertMessage['channel'],
  now: Date,
): Promise<void> {
  const test = {
    id: 0,
    messageId: randomUUID(),
    what: 'test',
    tries: 1,
    channel,
    alert: null,
  } as const;
  if ((await send(senders, test, now)) === 'gone') {
    throw new MusterError('CHANNEL_REFUSED', `${channel.place} answers 410`);
  }
}

async function send(
  { mailer, openChannel, ownHosts }: Senders,
  message: AlertMessage,
  now: Date,
): Promise<CallOutcome> {
  const { id, kind, place, allowPrivate } = message.channel;
  const { subject, text } = textOf(message, now);
  if (kind === 'mail') {
    if (mailer === null) throw new MusterError('MAIL_NOT_SET');
    await mailer.send({ to: place, subject, text });
    return 'taken';
  }
  const target = await openChannel(id);
  const body = kind === 'slack' ? { text: `*${subject}*\n${text}` } : webhookBody(message, now);
  const { messageId } = message;
  return await callWebhook(target, { messageId, body, now }, { allowPrivate, ownHosts });
}
