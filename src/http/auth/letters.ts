import type { Mailer } from '#alerts/mail.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { moment } from '../words.ts';
import { type OfferedLink, welcomeUrl } from './links.ts';

/** Whether a link went out by mail; if not, the code that says why. */
export interface Posted {
  readonly mailed: boolean;
  readonly mailError: 'MAIL_NOT_SET' | 'MAIL_FAILED' | null;
}

/**
 * Sends a link to whom it is for. The link stands whether its mail is taken or not: whoever made it can
 * give it to them. `base` is the address that people open.
 */
export async function postLink(
  mailer: Mailer | null,
  { link, token }: OfferedLink,
  to: string,
  base: string,
): Promise<Posted> {
  if (mailer === null) return { mailed: false, mailError: 'MAIL_NOT_SET' };
  const { subject, lead, end } = link.kind === 'reset' ? resetWords : invitationWords;
  const works = `It works once, until ${moment(link.endsAt)}.`;
  const text = `${lead}\n\n${welcomeUrl(base, token)}\n\n${works} ${end}\n`;
  try {
    await mailer.send({ to, subject, text });
    return { mailed: true, mailError: null };
  } catch (error) {
    if (!(error instanceof MusterError)) throw error;
    return { mailed: false, mailError: 'MAIL_FAILED' };
  }
}

const resetWords = {
  subject: 'Muster: a new password',
  lead: 'By this link you set a new password for Muster:',
  end: 'Until then the old password goes on working. If you did not ask for it, leave it alone.',
};

const invitationWords = {
  subject: 'Muster: an invitation',
  lead: 'You are invited to Muster. By this link you choose how you sign in:',
  end: 'If you do not know what this is about, leave it alone.',
};
