import { Secret } from '#config/secret.ts';
import { clientFor, keepCredentials } from '#connections/connect.ts';
import { type AppCredentials, openCredentials } from '#connections/credentials.ts';
import { beginLogin, finishLogin } from '#connections/login.ts';
import { PendingLogins } from '#connections/pending-logins.ts';
import { findNotedSandbox } from '#connections/sandbox-note.ts';
import { readSandboxApp } from '#connections/sandbox-probe.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { apiHost } from '#meta/wire.ts';
import type { Principal } from '../auth/principal.ts';
import * as contract from '../contract/meta-logins.ts';
import { answer, type Api, type ApiParts } from './api.ts';
import { appOf, connectionOf, ofLogin } from './connections.ts';

export function serveMetaLogins(api: Api, parts: ApiParts): void {
  const { store } = parts.muster;
  const { tools, apiVersion: version, app: ownApp, dataDirectory } = parts.installation;
  const pending = new PendingLogins(tools.clock);

  answer(api, parts, contract.getLoginOffer, async () => {
    const sandbox = await findNotedSandbox(dataDirectory, tools.fetch);
    return { appId: ownApp?.id ?? null, sandbox: sandbox !== null };
  });

  answer(api, parts, contract.beginLogin, async ({ body, principal }) => {
    const { app, apiUrl, connectionId } = await whereTo(parts, body);
    const { redirectUri } = body;
    const login = beginLogin({ appId: app.id, redirectUri, apiUrl, version });
    pending.add(login, { app, apiUrl, connectionId, by: nameOf(principal) });
    return { url: login.url, state: login.state };
  });

  answer(api, parts, contract.finishLogin, async ({ body, principal }) => {
    const { name, state, code, error } = body;
    const said = new URLSearchParams({
      state,
      ...(code === null ? {} : { code }),
      ...(error === null ? {} : { error }),
    });
    const { login, app, apiUrl, connectionId: begunFor } = pending.take(said, nameOf(principal));
    const asking = { token: new Secret(''), app, origin: 'login', apiUrl } as const;
    const token = await finishLogin(clientFor(asking, tools), login, said);
    const connectionId = body.connectionId ?? begunFor;
    const connection = connectionId === null ? null : await connectionOf(store, connectionId);
    const where = { connection, name };
    return ofLogin(await keepCredentials(store, { ...asking, token }, where, tools));
  });
}

/** Two of one name may be about: a person and a key. */
function nameOf({ kind, id }: Principal): string {
  return `${kind} ${id}`;
}

interface Destination {
  readonly app: AppCredentials;
  readonly apiUrl: string;
  readonly connectionId: string | null;
}

/** @throws MusterError SANDBOX_NOT_RUNNING, CONNECTION_UNKNOWN, META_APP_MISSING */
async function whereTo(
  { muster: { store }, installation }: ApiParts,
  wish: {
    readonly app: { readonly appId: string; readonly appSecret: string } | null;
    readonly connectionId: string | null;
    readonly sandbox: boolean;
  },
): Promise<Destination> {
  const { tools, dataDirectory, app: ownApp } = installation;
  const { connectionId } = wish;
  if (wish.sandbox) {
    const running = await findNotedSandbox(dataDirectory, tools.fetch);
    const app = running === null ? null : await readSandboxApp(running.url, tools.fetch);
    if (running === null || app === null) throw new MusterError('SANDBOX_NOT_RUNNING', 'a login');
    return {
      app: { id: app.id, secret: new Secret(app.secret) },
      ...{ apiUrl: running.url, connectionId: null },
    };
  }
  const connection = connectionId === null ? null : await connectionOf(store, connectionId);
  const app = wish.app === null ? ((await keptApp()) ?? ownApp) : appOf(wish.app);
  if (app === null) throw new MusterError('META_APP_MISSING', 'logging in');
  // Logins go to Meta or to where the connection's went before, and nowhere that somebody names here.
  return { app, apiUrl: connection?.apiUrl ?? apiHost, connectionId };

  async function keptApp(): Promise<AppCredentials | null> {
    if (connection === null) return null;
    return (await openCredentials(store, await tools.keys(), connection.id)).app;
  }
}
