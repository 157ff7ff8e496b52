import { Secret } from '#config/secret.ts';
import {
  clientFor,
  connect,
  type Connected,
  keepCredentials,
  type LoggedIn,
  type NewCredentials,
  tryCredentials,
} from '#connections/connect.ts';
import { openCredentials } from '#connections/credentials.ts';
import { diagnoseAll } from '#connections/doctor.ts';
import { guideSteps } from '#connections/guide.ts';
import { healthOf } from '#connections/health.ts';
import { refreshToken } from '#connections/refresh.ts';
import { findNotedSandbox } from '#connections/sandbox-note.ts';
import { must } from '#domain/errors/assert.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { AdAccount } from '#meta/accounts.ts';
import { apiHost } from '#meta/wire.ts';
import { type Integration, listIntegrations } from '#store/connections.ts';
import { type Connection, listConnections } from '#store/credentials.ts';
import { readDatabase } from '#store/databases.ts';
import type { Db } from '#store/db.ts';
import { databaseNow } from '#store/overview.ts';
import { type Principal, seesDatabase } from '../auth/principal.ts';
import * as contract from '../contract/connections.ts';
import { answer, type Api, type ApiParts } from './api.ts';
import { seenDatabase } from './databases-seen.ts';
import { pageOfAll } from './page.ts';

export function serveConnections(api: Api, parts: ApiParts): void {
  serveConnecting(api, parts);
  serveTrying(api, parts);
  serveCare(api, parts);
}

function serveConnecting(api: Api, parts: ApiParts): void {
  const { store } = parts.muster;
  const { tools } = parts.installation;

  answer(api, parts, contract.listConnections, async ({ query, principal }) => {
    const integrations = await listIntegrations(store);
    const seen = integrations.filter(({ databaseId }) => seesDatabase(principal, databaseId));
    const now = await databaseNow(store);
    const found = await listConnections(store);
    return pageOfAll(
      found.map((one) => describe(one, seen, now)),
      query,
    );
  });

  answer(api, parts, contract.createConnection, async ({ body, principal }) => {
    const databaseId = await seenDatabase(store, principal, body.databaseId);
    const { name: database } = await readDatabase(store, databaseId);
    const { connectionId, name } = body;
    const connection = connectionId === null ? null : await connectionOf(store, connectionId);
    const found = await credentialsOf(parts, body, connection);
    const adAccount = body.adAccount ?? found.adAccount;
    if (adAccount === null) {
      return ofLogin(await keepCredentials(store, found.credentials, { connection, name }, tools));
    }
    const wish = { name, database, adAccount, connection };
    return ofConnected(await connect(store, found.credentials, wish, tools, () => {}));
  });
}

function serveTrying(api: Api, parts: ApiParts): void {
  const { store } = parts.muster;
  const { tools } = parts.installation;

  answer(api, parts, contract.tryConnection, async ({ body }) => {
    const { token, adAccount } = body;
    const app = body.app === null ? null : appOf(body.app);
    const credentials = {
      token: new Secret(token),
      app,
      origin: 'pasted',
      apiUrl: apiHost,
    } as const;
    const checks = await tryCredentials(credentials, adAccount, tools);
    return { ok: checks.every(({ state }) => state !== 'fail'), checks };
  });

  answer(api, parts, contract.listReachedAdAccounts, async ({ params, query }) => {
    const { id, apiUrl, origin } = await connectionOf(store, params.connectionId);
    const kept = await openCredentials(store, await tools.keys(), id);
    const meta = clientFor({ ...kept, origin, apiUrl }, tools);
    return pageOfAll((await Array.fromAsync(meta.adAccounts())).map(reachedOf), query);
  });
}

/** The token to use, and the ad account where it follows by itself. */
async function credentialsOf(
  { muster, installation }: ApiParts,
  wish: {
    readonly sandbox: boolean;
    readonly token?: string | undefined;
    readonly app: { readonly appId: string; readonly appSecret: string } | null;
  },
  connection: Connection | null,
): Promise<{ readonly credentials: NewCredentials; readonly adAccount: string | null }> {
  const { tools, dataDirectory } = installation;
  if (wish.sandbox) {
    const ready = await findNotedSandbox(dataDirectory, tools.fetch);
    if (ready === null) throw new MusterError('SANDBOX_NOT_RUNNING', 'none answers');
    const token = new Secret(ready.token);
    const credentials = { token, app: null, origin: 'pasted', apiUrl: ready.url } as const;
    return { credentials, adAccount: ready.adAccounts[0]?.id ?? null };
  }
  // Tokens go to Meta or to where they went before, and nowhere that somebody names here.
  const apiUrl = connection?.apiUrl ?? apiHost;
  if (wish.token === undefined) {
    if (connection === null) throw new MusterError('TOKEN_MISSING');
    const kept = await openCredentials(muster.store, await tools.keys(), connection.id);
    return { credentials: { ...kept, origin: connection.origin, apiUrl }, adAccount: null };
  }
  const app = wish.app === null ? null : appOf(wish.app);
  const token = new Secret(wish.token);
  return { credentials: { token, app, origin: 'pasted', apiUrl }, adAccount: null };
}

export function appOf({
  appId,
  appSecret,
}: {
  readonly appId: string;
  readonly appSecret: string;
}) {
  return { id: appId, secret: new Secret(appSecret) };
}

function serveCare(api: Api, parts: ApiParts): void {
  const { store } = parts.muster;
  const { tools } = parts.installation;

  answer(api, parts, contract.getConnectGuide, () =>
    Promise.resolve({ steps: guideSteps.map((step) => ({ ...step })) }),
  );

  answer(api, parts, contract.checkConnection, async ({ params, principal }) => {
    const { name } = await connectionOf(store, params.connectionId);
    const { ok, connections } = await diagnoseAll(store, tools, name);
    const found = must(connections[0], 'the connection that was asked for');
    const seen = await namesSeen(store, principal);
    const integrations = found.integrations.filter(({ integration }) => seen.has(integration));
    return { ok, ...found, integrations };
  });

  answer(api, parts, contract.refreshConnection, async ({ params }) => {
    const connection = await connectionOf(store, params.connectionId);
    const { tokenEndsAt } = await refreshToken(store, connection, tools);
    return { tokenEndsAt };
  });
}

async function namesSeen(db: Db, principal: Principal): Promise<Set<string>> {
  const all = await listIntegrations(db);
  const seen = all.filter(({ databaseId }) => seesDatabase(principal, databaseId));
  return new Set(seen.map(({ name }) => name));
}

/** @throws MusterError CONNECTION_UNKNOWN */
export async function connectionOf(db: Db, id: string): Promise<Connection> {
  const found = (await listConnections(db)).find((one) => String(one.id) === id);
  if (found === undefined) throw new MusterError('CONNECTION_UNKNOWN', id);
  return found;
}

function ofConnected(connected: Connected) {
  const { integration, user, replaced, tokenKind, tokenEndsAt, checks } = connected;
  const { id, name, connectionId, connection, adAccount, sandbox } = integration;
  return {
    ...{ connectionId: String(connectionId), connection },
    ...{ integrationId: String(id), integration: name, adAccount, sandbox },
    ...{ user: user.name, tokenKind, tokenEndsAt, replaced, checks, adAccounts: [] },
  };
}

export function ofLogin(kept: LoggedIn) {
  const { connectionId, connection, user, tokenKind, tokenEndsAt, adAccounts } = kept;
  return {
    ...{ connectionId: String(connectionId), connection },
    ...{ integrationId: null, integration: null, adAccount: null, sandbox: kept.sandbox },
    ...{ user: user.name, tokenKind, tokenEndsAt, replaced: false, checks: [] },
    adAccounts: adAccounts.map(reachedOf),
  };
}

function reachedOf({ id, name, business, termsAccepted, termsLink }: AdAccount) {
  return { id, name, business: business?.name ?? business?.id ?? null, termsAccepted, termsLink };
}

function describe(connection: Connection, integrations: readonly Integration[], now: Date) {
  const { id, name, sandbox, apiUrl, origin, appId, userId, userName } = connection;
  const { tokenKind, tokenEndsAt, tokenSince, accessTier, stoppedFor, stoppedAt } = connection;
  const { state, words, next } = healthOf(connection, now);
  return {
    ...{ id: String(id), name, sandbox, apiUrl, origin, appId, userId, userName },
    ...{ tokenKind, tokenEndsAt, tokenSince, accessTier, state, words, next },
    stopped: stoppedFor === null ? null : { ...stoppedFor, since: stoppedAt },
    integrations: integrations
      .filter(({ connectionId }) => connectionId === id)
      .map((one) => ({
        ...{ id: String(one.id), name: one.name, database: one.database },
        ...{ adAccount: one.adAccount, enabled: one.enabled },
      })),
  };
}
