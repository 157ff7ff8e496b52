import { MusterError } from '#domain/errors/muster-error.ts';
import { createMetaClient } from '#meta/client.ts';
import { type Integration, listIntegrations } from '#store/connections.ts';
import { type Connection, findConnection, listConnections, noteToken } from '#store/credentials.ts';
import type { Store } from '#store/db.ts';
import { clearStop } from '#store/stops.ts';
import { accountChecksOf, type Check, connectionChecksOf } from './checks.ts';
import type { ConnectTools } from './connect.ts';
import { openCredentials, revealed } from './credentials.ts';
import { type Examination, examine } from './examine.ts';
import { accessTierOf } from './quota.ts';

/** One connection looked over: itself, and each of its integrations. */
export interface Diagnosis {
  readonly connection: string;
  readonly sandbox: boolean;
  readonly checks: readonly Check[];
  readonly integrations: readonly {
    readonly integration: string;
    readonly adAccount: string;
    readonly enabled: boolean;
    readonly checks: readonly Check[];
  }[];
}

/** All connections looked over, or the one of that name; `ok` when nothing stands in the way. */
export async function diagnoseAll(
  store: Store,
  tools: ConnectTools,
  name?: string,
): Promise<{ readonly ok: boolean; readonly connections: readonly Diagnosis[] }> {
  const wanted =
    name === undefined ? await listConnections(store) : [await findConnection(store, name)];
  const connections: Diagnosis[] = [];
  for (const connection of wanted) connections.push(await diagnose(store, connection, tools));
  return { ok: connections.every(isWell), connections };
}

function isWell({ checks, integrations }: Diagnosis): boolean {
  const all = [...checks, ...integrations.flatMap((one) => one.checks)];
  return all.every(({ state }) => state !== 'fail');
}

/**
 * Asks Meta about a connection and its ad accounts. What had stopped and passes now is started again,
 * so that what waits goes out (features.md C-07).
 */
async function diagnose(
  store: Store,
  connection: Connection,
  tools: ConnectTools,
): Promise<Diagnosis> {
  const { id, name, sandbox } = connection;
  const integrations = (await listIntegrations(store)).filter((one) => one.connectionId === id);
  const found = await lookOver(store, connection, integrations, tools);
  const today = new Date(tools.clock.nowMs());
  if (found instanceof MusterError) {
    const { message, next } = found;
    const sealed = { name: 'token', state: 'fail', found: message, next, link: null } as const;
    return { connection: name, sandbox, checks: [sealed], integrations: [] };
  }
  if (found.user !== null) await clearStop(store, 'connection', id);
  if (found.token !== null) {
    await noteToken(store, id, { kind: found.token.kind, endsAt: found.token.expiresAt });
  }
  const lines = integrations.map((integration) => {
    const { adAccount, enabled } = integration;
    const account = found.accounts.find((one) => one.adAccount === adAccount);
    const checks = account === undefined ? [] : accountChecksOf(account);
    return { id: integration.id, integration: integration.name, adAccount, enabled, checks };
  });
  for (const { id: integrationId, checks } of lines) {
    const isWell = checks.length > 0 && checks.every(({ state }) => state !== 'fail');
    if (isWell) await clearStop(store, 'integration', integrationId);
  }
  return {
    ...{ connection: name, sandbox },
    checks: connectionChecksOf(found, today),
    integrations: lines.map(({ id: _, ...line }) => line),
  };
}

async function lookOver(
  store: Store,
  connection: Connection,
  integrations: readonly Integration[],
  { fetch, clock, governor, version, keys }: ConnectTools,
): Promise<Examination | MusterError> {
  try {
    const credentials = await openCredentials(store, await keys(), connection.id);
    const meta = createMetaClient({
      ...{ fetch, clock, governor, version, apiBase: connection.apiUrl },
      ...revealed(credentials),
    });
    const adAccounts = [...new Set(integrations.map(({ adAccount }) => adAccount))];
    const found = await examine(meta, credentials.token.reveal(), adAccounts);
    const accessTier = found.accessTier ?? (await accessTierOf(store, integrations));
    return { ...found, accessTier };
  } catch (error) {
    if (error instanceof MusterError) return error;
    throw error;
  }
}
