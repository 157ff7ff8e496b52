/** When a token ends: never, at a moment, or (null) nobody would say. */
export type TokenEnd = Date | 'never' | null;

/** So many days before its end a token is warned of (features.md C-03). */
const warnDays = [14, 7, 1] as const;

const dayMs = 86_400_000;

/** The last of the warnings that is due, as its days (0: it has ended), or null while none is. */
export function tokenWarning(end: TokenEnd, now: Date): (typeof warnDays)[number] | 0 | null {
  if (end === null || end === 'never') return null;
  const leftMs = end.getTime() - now.getTime();
  if (leftMs <= 0) return 0;
  return warnDays.findLast((days) => leftMs <= days * dayMs) ?? null;
}

/** The end in words, with the days that are left. */
export function tokenEndWords(end: TokenEnd, now: Date): string {
  if (end === null) return 'unknown: Meta did not say';
  if (end === 'never') return 'never';
  const date = end.toISOString().slice(0, 10);
  const days = Math.floor((end.getTime() - now.getTime()) / dayMs);
  if (end.getTime() <= now.getTime()) return `has ended on ${date}`;
  if (days === 0) return `in less than a day, on ${date}`;
  return `in ${days} ${days === 1 ? 'day' : 'days'}, on ${date}`;
}

/** What Meta calls a token, in words. */
export function tokenKindWords(kind: string | null): string {
  if (kind === null) return 'unknown: Meta did not say';
  if (kind === 'SYSTEM_USER') return 'system user';
  return kind === 'USER' ? 'user' : kind.toLowerCase().replaceAll('_', ' ');
}
