import type { AlertMessage } from '#store/alert-messages.ts';
import { type Told, wordsOf } from './words.ts';

/** What a webhook gets, in the form of Standard Webhooks: a type, a moment, the data. */
export function webhookBody({ what, alert }: AlertMessage, now: Date): object {
  const timestamp = now.toISOString();
  if (alert === null) return { type: 'test', timestamp, data: {} };
  const type = { opened: 'alert.opened', reminder: 'alert.reminder', resolved: 'alert.resolved' };
  return {
    type: type[what as keyof typeof type],
    timestamp,
    data: {
      alertId: alert.id,
      ...{ kind: alert.kind, subject: alert.subject, database: alert.database },
      ...wordsOf(alert, now),
      openedAt: alert.openedAt.toISOString(),
      resolvedAt: alert.resolvedAt?.toISOString() ?? null,
      reminders: alert.reminders,
      detail: alert.detail,
    },
  };
}

/** The same for people: one line, and what stands below it. */
export function textOf(
  message: Pick<AlertMessage, 'what'> & { readonly alert: (Told & { id: string }) | null },
  now: Date,
): { readonly subject: string; readonly text: string } {
  const { what, alert } = message;
  if (alert === null) {
    return { subject: 'Muster: a test', text: 'This is a test. Alerts of Muster arrive here.' };
  }
  const { title, text, next } = wordsOf(alert, now);
  if (what === 'resolved') {
    return { subject: `Muster: over – ${title}`, text: `It is over: ${title}` };
  }
  const again = what === 'reminder' ? 'still – ' : '';
  const silence = `muster alert silence ${alert.id}`;
  return {
    subject: `Muster: ${again}${title}`,
    text: `${text}\n\nNext: ${next}\n\nAlert ${alert.id}; \`${silence}\` stops the reminders.`,
  };
}
