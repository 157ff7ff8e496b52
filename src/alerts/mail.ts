import { createTransport } from 'nodemailer';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { Secret } from '#config/secret.ts';

interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Sends mail by the operator's server. */
export interface Mailer {
  /** @throws MusterError MAIL_FAILED */
  send(mail: Mail): Promise<void>;
  /** Connects and logs in, and sends nothing. @throws MusterError MAIL_FAILED */
  check(): Promise<void>;
}

/** A server that says nothing for so long is not there. */
const SILENT_MS = 15_000;

/** `url` as in MUSTER_SMTP_URL. A connection each: alerts are few, and a kept one goes stale. */
export function createMailer(url: Secret, from: string): Mailer {
  const transport = createTransport({
    url: url.reveal(),
    ...{ connectionTimeout: SILENT_MS, greetingTimeout: SILENT_MS, socketTimeout: SILENT_MS },
    // What is sent is text that we made; nothing in it may lead to a file or another server.
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  return {
    send: (mail) => failingByName(() => transport.sendMail({ from, ...mail })),
    check: () => failingByName(() => transport.verify()),
  };
}

async function failingByName(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    // The server's own words may carry addresses; its codes do not.
    const { code, responseCode } = cause as { code?: string; responseCode?: number };
    const measured = [code, responseCode].filter((part) => part !== undefined).join(' ');
    throw new MusterError('MAIL_FAILED', measured || 'no code', { cause });
  }
}
