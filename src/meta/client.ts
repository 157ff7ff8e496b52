import { createAccounts } from './accounts.ts';
import { createAds } from './ads.ts';
import { createAudiences } from './audiences.ts';
import type { Clock } from './clock.ts';
import { defaultTimeouts, type Fetch, type Timeouts } from './exchange.ts';
import type { Problem } from './problems.ts';
import type { Governor } from './governor.ts';
import { createRequester } from './request.ts';
import { createTokens } from './tokens.ts';
import { createUsers } from './users.ts';
import { defaultVersion } from './wire.ts';

export interface MetaClientOptions {
  readonly fetch: Fetch;
  /** `https://graph.facebook.com`, or where the sandbox listens. */
  readonly apiBase: string;
  readonly version?: string | undefined;
  /** Null before a login has brought one. */
  readonly token: string | null;
  readonly appId?: string | null;
  /** With it every call carries `appsecret_proof`. */
  readonly appSecret?: string | null;
  readonly governor: Governor;
  readonly clock: Clock;
  readonly timeouts?: Partial<Timeouts>;
  /** Told when Meta wants nothing more from this token, or for the ad account that the call was about. */
  readonly onStop?: (problem: Problem, account: string | null) => Promise<void>;
}

export type MetaClient = ReturnType<typeof createMetaClient>;

/**
 * Meta's Graph API for one connection. It repeats nothing by itself: whoever called knows whether a
 * repeat is safe. Calls answer clean, refused or uncertain; lists throw a MusterError.
 */
export function createMetaClient(options: MetaClientOptions) {
  const { fetch, apiBase, token, governor, clock } = options;
  const appId = options.appId ?? null;
  const appSecret = options.appSecret ?? null;
  const version = options.version ?? defaultVersion;
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  const connection = { apiBase, version, token, appSecret };
  const { onStop } = options;
  const requester = createRequester({ ...connection, fetch, governor, clock, timeouts, onStop });
  const app = appId === null || appSecret === null ? null : { id: appId, secret: appSecret };
  return {
    /** The version asked for, and the one Meta said it answered as; they differ when it moved us on. */
    version,
    servedVersion: () => requester.servedVersion(),
    accessTier: () => requester.accessTier(),
    clockAheadMs: () => requester.clockAheadMs(),
    /** Asks for one call before it is written down; see `Requester.admit`. */
    admit: (account: string | null, patienceMs: number) => requester.admit(account, patienceMs),
    /** No request is open longer than this, upload and answer together. */
    requestMsMax: timeouts.totalMs,
    ...createAds(createRequester({ ...connection, fetch, clock, timeouts, ...ofAds(governor) })),
    ...createAccounts(requester),
    ...createAudiences(requester),
    ...createUsers(requester),
    ...createTokens(requester, app, token),
  };
}

/**
 * Ads have limits of their own (80000, 80004), and may be nobody's business here: neither what they used up nor
 * a permission that is missing holds up what is sent to audiences.
 */
function ofAds(governor: Governor): { governor: Governor; onStop: undefined } {
  const budget = (account: string | null) => (account === null ? null : `ads ${account}`);
  return {
    governor: {
      ask: (account) => governor.ask(budget(account)),
      answered: (account, usage) => governor.answered(budget(account), usage),
    },
    onStop: undefined,
  };
}
