import { MusterError } from '#domain/errors/muster-error.ts';
import {
  type ApprovalLetter,
  noteLetterNotSent,
  noteLetterSent,
  takeLetters,
} from '#store/approval-letters.ts';
import type { Store } from '#store/db.ts';
import type { Mailer } from './mail.ts';

/** What letters to second persons are sent with. */
export interface LetterSenders {
  readonly mailer: Mailer;
  /** The address by which this person answers. */
  readonly urlFor: (letter: ApprovalLetter) => Promise<string>;
}

const AT_ONCE = 20;

/**
 * Mails the questions that wait to those who may answer them.
 * @returns how many were tried.
 */
export async function sendLetters(store: Store, senders: LetterSenders): Promise<number> {
  const letters = await takeLetters(store, AT_ONCE);
  await Promise.all(letters.map((letter) => trySend(store, senders, letter)));
  return letters.length;
}

async function trySend(
  store: Store,
  { mailer, urlFor }: LetterSenders,
  letter: ApprovalLetter,
): Promise<void> {
  try {
    const url = await urlFor(letter);
    await mailer.send({ to: letter.email, ...textOf(letter, url) });
    await noteLetterSent(store, letter.id);
  } catch (error) {
    if (!(error instanceof MusterError)) throw error;
    await noteLetterNotSent(store, letter, error.message);
  }
}

const count = (value: number) => new Intl.NumberFormat('en-US').format(value);

function textOf(letter: ApprovalLetter, url: string): { subject: string; text: string } {
  const { audience, askedByName, adds, removes, updates, runId } = letter;
  const asked = letter.askedAt.toISOString().slice(0, 16).replace('T', ' ');
  return {
    subject: `Muster: a second person is asked – ${audience}`,
    text: `${askedByName} asked on ${asked} UTC for a run of “${audience}” that is more than one person alone may send:

  ${count(adds)} people would join, ${count(removes)} leave and ${count(updates)} change.

By this link you look at it and say yes or no; opening it does nothing yet:

${url}

It is for you alone, works once and for 72 hours, and no longer when the run would be another one. Do not pass it on. The same: \`muster approve ${runId} --by YOUR_ADDRESS\`.
`,
  };
}
