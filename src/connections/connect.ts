import { MusterError } from '#domain/errors/muster-error.ts';
import type { AdAccount, Named } from '#meta/accounts.ts';
import { createMetaClient, type MetaClient, type MetaClientOptions } from '#meta/client.ts';
import { adAccountNode } from '#meta/ids.ts';
import { problemError } from '#meta/problems.ts';
import { must } from '#domain/errors/assert.ts';
import { type Integration, saveIntegration } from '#store/connections.ts';
import { type Connection, type ConnectionWish, saveConnection } from '#store/credentials.ts';
import { ensureDatabase } from '#store/databases.ts';
import type { Store } from '#store/db.ts';
import { accountChecksOf, type Check, connectionChecksOf } from './checks.ts';
import { type Credentials, revealed, sealCredentials } from './credentials.ts';
import { type Examination, examine } from './examine.ts';
import type { KeyRing } from './key.ts';
import { findSandbox } from './sandbox-probe.ts';
import { refuseUnusable } from './usable.ts';

/** Credentials on their way in, and where they are for. */
export interface NewCredentials extends Credentials {
  readonly origin: 'pasted' | 'login';
  /** Without a version. */
  readonly apiUrl: string;
}

export interface IntegrationWish {
  /** Null: the name it has already, “sandbox”, or the ad account's own. */
  readonly name: string | null;
  /** Made if it is not there. */
  readonly database: string;
  /** With or without `act_`. */
  readonly adAccount: string;
  /** The connection to go through; null: the one the ad account has, or a new one. */
  readonly connection: Connection | null;
}

export interface Connected {
  readonly integration: Integration;
  /** Whose token it is. */
  readonly user: Named;
  readonly account: AdAccount;
  /** There was one already; it has the new token now. */
  readonly replaced: boolean;
  readonly tokenKind: string | null;
  readonly tokenEndsAt: Date | 'never' | null;
  readonly checks: readonly Check[];
}

export interface ConnectTools
  extends Pick<MetaClientOptions, 'fetch' | 'clock' | 'governor' | 'version'> {
  readonly keys: () => Promise<KeyRing>;
}

/**
 * Asks Meta whose the token is and whether it may fill customer lists of the ad account, and only
 * then keeps it, sealed. `onChecks` is told what was found, also when it is refused.
 * @throws MusterError API_URL_INVALID, META_…, INTEGRATION_EXISTS
 */
export async function connect(
  store: Store,
  credentials: NewCredentials,
  wish: IntegrationWish,
  tools: ConnectTools,
  onChecks: (checks: readonly Check[]) => void,
): Promise<Connected> {
  const adAccount = adAccountNode(wish.adAccount);
  const meta = clientFor(credentials, tools);
  const found = await examine(meta, credentials.token.reveal(), [adAccount]);
  const checks = checksOf(found, tools);
  onChecks(checks);
  const { user, account } = needUsable(found, checks);
  const keep = await keeper(credentials, found, tools);
  const { database } = await ensureDatabase(store, wish.database);
  const nameDefault = keep.sandbox ? 'sandbox' : (account.name ?? adAccount);
  const { integration, replaced } = await store.tx((tx) =>
    saveIntegration(
      tx,
      {
        ...{ name: wish.name, nameDefault, databaseId: database.id, adAccount },
        connectionId: wish.connection?.id ?? null,
      },
      async ({ id, name }) => (await saveConnection(tx, { ...keep, id, name })).id,
    ),
  );
  const { tokenKind, tokenEndsAt } = keep;
  return { integration, user, account, replaced, tokenKind, tokenEndsAt, checks };
}

/**
 * The check-list of credentials and an ad account, which keeps nothing.
 * @throws MusterError API_URL_INVALID, META_… when Meta does not answer
 */
export async function tryCredentials(
  credentials: NewCredentials,
  adAccount: string,
  tools: ConnectTools,
): Promise<Check[]> {
  const meta = clientFor(credentials, tools);
  return checksOf(
    await examine(meta, credentials.token.reveal(), [adAccountNode(adAccount)]),
    tools,
  );
}

function checksOf(found: Examination, { clock }: ConnectTools): Check[] {
  const today = new Date(clock.nowMs());
  return [...connectionChecksOf(found, today), ...found.accounts.flatMap(accountChecksOf)];
}

/** Who logged in and the ad accounts that came within reach. */
export interface LoggedIn {
  readonly connectionId: number;
  readonly connection: string;
  readonly sandbox: boolean;
  readonly user: Named;
  readonly tokenKind: string | null;
  readonly tokenEndsAt: Date | 'never' | null;
  readonly adAccounts: readonly AdAccount[];
}

/**
 * Keeps credentials without tying an ad account to a database: a login, before one of its ad accounts
 * was chosen, or a new token for all ad accounts of a connection, which starts it again.
 * @throws MusterError API_URL_INVALID, META_…
 */
export async function keepCredentials(
  store: Store,
  credentials: NewCredentials,
  where: { readonly connection: Connection | null; readonly name: string | null },
  tools: ConnectTools,
): Promise<LoggedIn> {
  const meta = clientFor(credentials, tools);
  const found = await examine(meta, credentials.token.reveal(), []);
  const user = needUser(found);
  const adAccounts = await Array.fromAsync(meta.adAccounts());
  const keep = await keeper(credentials, found, tools);
  const name = where.connection?.name ?? where.name ?? user.name ?? user.id;
  const { id: connectionId, name: connection } = await store.tx((tx) =>
    saveConnection(tx, { ...keep, id: where.connection?.id ?? null, name }),
  );
  const { tokenKind, tokenEndsAt, sandbox } = keep;
  return { connectionId, connection, sandbox, user, tokenKind, tokenEndsAt, adAccounts };
}

/** A client for credentials that are not kept yet. */
export function clientFor(
  { apiUrl, ...credentials }: NewCredentials,
  { fetch, clock, governor, version }: ConnectTools,
): MetaClient {
  return createMetaClient({
    ...{ fetch, clock, governor, version, apiBase: checkApiUrl(apiUrl) },
    ...revealed(credentials),
  });
}

function needUser({ user, userProblem }: Examination): Named {
  if (user !== null) return user;
  throw problemError(must(userProblem, 'without a user there is a problem'));
}

/** What would make every upload fail is said now (features.md C-06, C-07). */
function needUsable(
  found: Examination,
  checks: readonly Check[],
): { user: Named; account: AdAccount } {
  const user = needUser(found);
  const { account, problem } = must(found.accounts[0], 'one ad account was asked for');
  if (account === null) throw problemError(must(problem, 'it is there or it has a problem'));
  refuseUnusable(account);
  const missing = checks.find(
    ({ name, state }) => state === 'fail' && (name === 'permissions' || name === 'role'),
  );
  if (missing !== undefined) {
    const next = missing.next === null ? {} : { next: missing.next };
    throw new MusterError('META_PERMISSION', missing.found, next);
  }
  return { user, account };
}

async function keeper(
  credentials: NewCredentials,
  found: Examination,
  tools: ConnectTools,
): Promise<Omit<ConnectionWish, 'id' | 'name'>> {
  const apiUrl = checkApiUrl(credentials.apiUrl);
  const sandbox = (await findSandbox(apiUrl, tools.fetch)) !== null;
  const keys = await tools.keys();
  return {
    ...{ sandbox, apiUrl, origin: credentials.origin },
    appId: credentials.app?.id ?? null,
    userId: found.user?.id ?? null,
    userName: found.user?.name ?? null,
    tokenKind: found.token?.kind ?? null,
    tokenEndsAt: found.token?.expiresAt ?? null,
    accessTier: found.accessTier,
    seal: (place) => sealCredentials(keys, credentials, place),
  };
}

/** The token goes wherever this points. */
export function checkApiUrl(text: string): string {
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
