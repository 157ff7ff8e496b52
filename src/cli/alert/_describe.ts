import { wordsOf } from '#alerts/words.ts';
import type { Alert } from '#store/alerts.ts';

/** What `alert list --json` and `alert show --json` say of one. */
export function alertDocument(alert: Alert, now: Date): object {
  const { id, kind, subject, database, detail, reminders } = alert;
  return {
    ...{ id, kind, subject, database },
    ...wordsOf(alert, now),
    openedAt: alert.openedAt.toISOString(),
    toldAt: alert.toldAt.toISOString(),
    reminders,
    silencedUntil: alert.silencedUntil?.toISOString() ?? null,
    resolvedAt: alert.resolvedAt?.toISOString() ?? null,
    detail,
  };
}
