import type { MusterError } from '#domain/errors/muster-error.ts';
import type { AdAccount, Named } from '#meta/accounts.ts';
import type { Answer } from '#meta/answer.ts';
import type { MetaClient } from '#meta/client.ts';
import type { Problem } from '#meta/problems.ts';
import type { TokenState } from '#meta/tokens.ts';

/** One ad account, or why it could not be read. */
export interface FoundAccount {
  readonly adAccount: string;
  readonly account: AdAccount | null;
  readonly problem: Problem | null;
}

/** What one connection answered about itself and its ad accounts; null is what it would not say. */
export interface Examination {
  readonly user: Named | null;
  /** Why there is no user: the token is not accepted, or Meta was not reached. */
  readonly userProblem: Problem | null;
  readonly accounts: readonly FoundAccount[];
  readonly permissions: ReadonlySet<string> | null;
  readonly token: TokenState | null;
  readonly accessTier: string | null;
  readonly version: string;
  readonly servedVersion: string | null;
  /** How far our clock is ahead of Meta's. */
  readonly clockAheadMs: number | null;
}

/** Asks Meta everything that the check-list needs. Reads only. */
export async function examine(
  meta: MetaClient,
  token: string,
  adAccounts: readonly string[],
): Promise<Examination> {
  const user = await meta.me();
  const reached = user.outcome === 'clean';
  const accounts: FoundAccount[] = [];
  for (const adAccount of reached ? adAccounts : []) {
    const answer = await meta.adAccount(adAccount);
    accounts.push({ adAccount, account: bodyOf(answer), problem: problemIn(answer) });
  }
  // Whoever is refused here is told "unknown"; the token itself was just accepted.
  const permissions = reached ? await meta.permissions().catch(nothing) : null;
  const state = reached ? await meta.debugToken(token) : null;
  return {
    user: bodyOf(user),
    userProblem: problemIn(user),
    accounts,
    permissions,
    token: known(bodyOf(state)),
    accessTier: meta.accessTier(),
    version: meta.version,
    servedVersion: meta.servedVersion(),
    clockAheadMs: meta.clockAheadMs(),
  };
}

/** A token that just answered is not invalid: whoever says so was asked by somebody without the right. */
function known(state: TokenState | null): TokenState | null {
  return state?.valid === true ? state : null;
}

function nothing(_: MusterError): null {
  return null;
}

function bodyOf<Body>(answer: Answer<Body> | null): Body | null {
  return answer?.outcome === 'clean' ? answer.body : null;
}

function problemIn(answer: Answer<unknown> | null): Problem | null {
  return answer === null || answer.outcome === 'clean' ? null : answer.problem;
}
