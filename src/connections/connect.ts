import type { Secret } from '#config/secret.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { AdAccount, Named } from '#meta/accounts.ts';
import type { Answer } from '#meta/answer.ts';
import { createMetaClient, type MetaClientOptions } from '#meta/client.ts';
import { adAccountNode } from '#meta/ids.ts';
import { problemError } from '#meta/problems.ts';
import { versionWarning } from '#meta/versions.ts';
import { type Integration, saveIntegration } from '#store/connections.ts';
import { ensureDatabase } from '#store/databases.ts';
import type { Store } from '#store/db.ts';
import { findSandbox } from './sandbox-probe.ts';
import { sealToken } from './seal.ts';

export interface ConnectionWish {
  /** Null: the name it has already, “sandbox”, or the ad account's own. */
  readonly name: string | null;
  /** Made if it is not there. */
  readonly database: string;
  /** With or without `act_`. */
  readonly adAccount: string;
  readonly token: Secret;
  /** Without a version. */
  readonly apiUrl: string;
}

export interface Connected {
  readonly integration: Integration;
  /** Whose token it is. */
  readonly user: Named;
  readonly account: AdAccount;
  /** There was one already; it has the new token now. */
  readonly replaced: boolean;
  /** What there is to tell about the version of Meta's API, or null. */
  readonly versionWarning: string | null;
}

/**
 * Asks Meta whose the token is and whether it reaches the ad account, and only then keeps it, sealed.
 * @throws MusterError API_URL_INVALID, META_…, INTEGRATION_EXISTS
 */
export async function connect(
  store: Store,
  key: Buffer,
  wish: ConnectionWish,
  tools: Pick<MetaClientOptions, 'fetch' | 'clock' | 'governor'>,
): Promise<Connected> {
  const apiUrl = checkApiUrl(wish.apiUrl);
  const adAccount = adAccountNode(wish.adAccount);
  const meta = createMetaClient({ ...tools, apiBase: apiUrl, token: wish.token.reveal() });
  const user = clean(await meta.me());
  const account = clean(await meta.adAccount(adAccount));
  refuseUnusable(account);
  const sandbox = (await findSandbox(apiUrl, tools.fetch)) !== null;
  const { database } = await ensureDatabase(store, wish.database);
  const nameDefault = sandbox ? 'sandbox' : (account.name ?? adAccount);
  const { integration, replaced } = await store.tx((tx) =>
    saveIntegration(
      tx,
      { name: wish.name, nameDefault, databaseId: database.id, adAccount, sandbox, apiUrl },
      (place) => sealToken(key, place, wish.token),
    ),
  );
  const today = new Date(tools.clock.nowMs());
  const warning = sandbox ? null : versionWarning(meta.version, today);
  return { integration, user, account, replaced, versionWarning: warning };
}

function clean<Body>(answer: Answer<Body>): Body {
  if (answer.outcome === 'clean') return answer.body;
  throw problemError(answer.problem);
}

/** What would make every upload fail is said now (features.md C-06, C-07). */
function refuseUnusable({ id, business, termsAccepted, termsLink }: AdAccount): void {
  if (business === null) {
    throw new MusterError('META_ACCOUNT', `no business portfolio owns ${id}`);
  }
  if (!termsAccepted) {
    const measured = `those for customer lists, for ${id}`;
    throw new MusterError('META_TERMS', measured, {
      next: `Have a person of the business accept them at ${termsLink}, then run the command again.`,
    });
  }
}

/** The token goes wherever this points. */
function checkApiUrl(text: string): string {
  const url = URL.parse(text);
  const safe =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (url === null || !safe || url.username !== '' || url.search !== '') {
    throw new MusterError('API_URL_INVALID', `“${url === null ? text : url.origin}”`);
  }
  return url.href.replace(/\/+$/, '');
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
