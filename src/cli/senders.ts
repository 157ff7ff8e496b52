import type { LetterSenders } from '#alerts/approval-letters.ts';
import { createMailer, type Mailer } from '#alerts/mail.ts';
import type { Senders } from '#alerts/send-due.ts';
import { readChannelTarget } from '#connections/channel-target.ts';
import { openLoginSecret } from '#connections/login-secret.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { approvalUrl } from '#http/auth/approval-link.ts';
import type { Session } from './session.ts';

/** What alerts are sent with. @throws MusterError MAIL_NOT_SET when half of it is set */
export async function alertSenders(session: Session): Promise<Senders> {
  const { store } = await session.muster();
  return {
    mailer: await openMailer(session),
    openChannel: async (channelId) =>
      await readChannelTarget(store, await session.tools.keys(), channelId),
    ownHosts: session.settings.sourceHosts,
  };
}

/** With what links are mailed to second persons; `base` is the address that people open. */
export function letterSenders(
  session: Session,
  mailer: Mailer | null,
  base: string,
): LetterSenders | null {
  if (mailer === null) return null;
  return {
    mailer,
    urlFor: async (letter) => {
      const { store, clock } = await session.muster();
      const secret = await openLoginSecret(store, await session.tools.keys());
      return approvalUrl(base, secret, letter, clock());
    },
  };
}

/** Null: no server for mail is set. @throws MusterError MAIL_NOT_SET, SECRET_FILE */
export async function openMailer(session: Session): Promise<Mailer | null> {
  const { mailFrom } = session.settings;
  const url = session.secrets.smtpUrl;
  if (url === null) return null;
  if (mailFrom === null) throw new MusterError('MAIL_NOT_SET', 'MUSTER_MAIL_FROM is missing');
  if (!/^smtps?:\/\/[^\s]+$/.test(url.reveal())) {
    throw new MusterError(
      'MAIL_NOT_SET',
      'MUSTER_SMTP_URL does not begin with smtp:// or smtps://',
    );
  }
  return createMailer(url, mailFrom);
}
