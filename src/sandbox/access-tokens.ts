import type { State } from './state.ts';

/** A token as it was given out. Times in milliseconds of the sandbox's clock. */
export interface AccessToken {
  readonly token: string;
  readonly kind: TokenKind;
  readonly issuedAt: number;
  /** Null never ends. */
  readonly expiresAt: number | null;
  readonly scopes: readonly string[];
  /** Asked for in the login and not granted. */
  readonly declined: readonly string[];
  /** The ad accounts it reaches; null is all of them, also those that come later. */
  readonly accounts: readonly string[] | null;
  /** The subcode it was ended with before its time: 460 the password was changed, and so on. */
  readonly endedBy: number | null;
}

type TokenKind = 'SYSTEM_USER' | 'USER';

/** What a token can be granted here; others are given too, and open nothing. */
export const scopesKnown = ['ads_management', 'ads_read', 'business_management'] as const;

const hourMs = 3_600_000;
export const sixtyDaysMs = 60 * 24 * hourMs;
/** A login gives one or two hours (https://developers.facebook.com/docs/facebook-login/guides/access-tokens, read 2026-09-12). */
export const shortLifeMs = 2 * hourMs;

export function keepToken({ sql }: State, { token, ...details }: AccessToken): void {
  const text = JSON.stringify(details);
  sql.run`insert or replace into token (token, details) values (${token}, ${text})`;
}

export function findToken({ sql }: State, text: string): AccessToken | null {
  const row = sql.get`select token, details from token where token = ${text}`;
  return row === undefined ? null : readToken(row);
}

/** The newest first. */
export function listTokens({ sql }: State): AccessToken[] {
  const tokens = sql.all`select token, details from token order by token`.map(readToken);
  return tokens.toSorted((a, b) => b.issuedAt - a.issuedAt);
}

/** The subcode it is refused with at `now`; null while it works. */
export function deathOf({ endedBy, expiresAt }: AccessToken, now: number): number | null {
  return endedBy ?? (expiresAt !== null && now >= expiresAt ? 463 : null);
}

function readToken(row: Record<string, unknown>): AccessToken {
  const details = JSON.parse(String(row['details'])) as Omit<AccessToken, 'token'>;
  return { token: String(row['token']), ...details };
}
