import { type Posted, postLink } from '#http/auth/letters.ts';
import type { OfferedLink } from '#http/auth/links.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { publicUrl } from '../at-terminal.ts';
import { openMailer } from '../senders.ts';
import type { Session } from '../session.ts';

/** Sends a link where mail is set; a mistake in that setting is in nobody's way. */
export async function post(session: Session, offered: OfferedLink, to: string): Promise<Posted> {
  try {
    return await postLink(await openMailer(session), offered, to, publicUrl(session));
  } catch (error) {
    if (!(error instanceof MusterError)) throw error;
    return { mailed: false, mailError: 'MAIL_NOT_SET' };
  }
}

/** A line for whoever made the link. */
export function postedText({ mailed, mailError }: Posted, to: string): string {
  if (mailed) return `It went to ${to} by mail.`;
  return mailError === 'MAIL_FAILED'
    ? 'The server for mail did not take it: look at MUSTER_SMTP_URL and MUSTER_MAIL_FROM, and give it to them yourself.'
    : 'No mail is set up (MUSTER_SMTP_URL, MUSTER_MAIL_FROM): give it to them yourself.';
}
