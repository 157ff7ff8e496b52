import { tokenEndWords, tokenWarning } from '#domain/token-end.ts';
import type { Connection } from '#store/credentials.ts';

/** How a connection is, for everybody who looks at it. */
export interface ConnectionHealth {
  readonly name: string;
  readonly state: ConnectionState;
  /** Why, in words; empty when it is well. */
  readonly words: string;
  /** What to do; null when there is nothing. */
  readonly next: string | null;
  readonly link: string | null;
  readonly tokenEndsAt: Date | 'never' | null;
}

/**
 * Reconnect: only a new token helps. Stopped: something at Meta has to be mended, the token is good.
 * What waits is kept in both.
 */
type ConnectionState = 'ok' | 'ends soon' | 'Reconnect' | 'stopped';

export function healthOf(connection: Connection, now: Date): ConnectionHealth {
  const { name, stoppedFor, tokenEndsAt } = connection;
  const base = { name, tokenEndsAt, link: null };
  const reconnect = `\`muster connect --connection ${JSON.stringify(name)} --token-file FILE\``;
  if (stoppedFor !== null) {
    const { code, words, link } = stoppedFor;
    return code === 'META_TOKEN' || code === 'META_APP'
      ? { ...base, state: 'Reconnect', words, link, next: reconnect }
      : { ...base, state: 'stopped', words, link, next: 'Mend it at Meta, then `muster doctor`' };
  }
  const warning = tokenWarning(tokenEndsAt, now);
  if (warning === null) return { ...base, state: 'ok', words: '', next: null };
  const end = tokenEndWords(tokenEndsAt, now);
  if (warning === 0) {
    return { ...base, state: 'Reconnect', words: `The token ${end}.`, next: reconnect };
  }
  const words = `The token ends ${end}. Each newly generated token replaces the previous.`;
  return { ...base, state: 'ends soon', words, next: reconnect };
}
