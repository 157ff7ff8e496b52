import { everyWords } from '#domain/every-words.ts';
import type { Lateness } from '#store/guard.ts';

/** `people of “main” last came in 2026-11-20 08:00 UTC and are expected every 24 hours`. */
export function lateWords({ database, everyMinutes, lastAt }: Lateness): string {
  const last = lastAt === null ? 'never came in' : `last came in ${minuteOf(lastAt)}`;
  return `people of “${database}” ${last} and are expected every ${everyWords(everyMinutes)}`;
}

function minuteOf(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
