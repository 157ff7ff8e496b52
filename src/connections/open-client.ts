import { MusterError } from '#domain/errors/muster-error.ts';
import { createMetaClient, type MetaClient, type MetaClientOptions } from '#meta/client.ts';
import type { Governor } from '#meta/governor.ts';
import { type Integration, readIntegration } from '#store/connections.ts';
import type { Db } from '#store/db.ts';
import { openCredentials, revealed } from './credentials.ts';
import { pausedSince } from '#store/restore.ts';
import type { KeyRing } from './key.ts';
import { largestLagMs } from './sandbox-probe.ts';
import { noteStop, tryStopped } from './stopped.ts';

/** A client for one integration, with the times that hold for it. */
export interface IntegrationClient {
  readonly meta: MetaClient;
  readonly adAccount: string;
  /** How long a request may be under way. */
  readonly requestTimeoutMs: number;
  /** How long after an answer, or none, a request may still take effect. */
  readonly settleMs: number;
}

export interface ClientTools extends Pick<MetaClientOptions, 'fetch' | 'clock' | 'version'> {
  /** What keeps the calls of one app at one API within Meta's limits. */
  readonly governorOf: (scope: string) => Governor;
  readonly keys: () => Promise<KeyRing>;
  /** Set from outside, it holds for every connection. */
  readonly settleMs: number | null;
}

/** contract.md, Waiting: a policy, since Meta promises nothing. */
const META_SETTLE_MS = 15 * 60_000;
const SANDBOX_SETTLE_MS = 2_000;
const SANDBOX_MARGIN_MS = 1_000;
/** It is on this machine, and whoever tries a crash out should not wait a minute for its end. */
const sandboxTimeouts = { headersMs: 12_000, bodyMs: 5_000, totalMs: 15_000 };

/**
 * A client to send through. A disabled integration has none but for opt-outs, and a stopped one only
 * when the reason has gone; what waits is kept meanwhile.
 * @throws MusterError RESTORED_PAUSED, DESTINATION_DISABLED, TOKEN_SEALED, KEY_INVALID, SANDBOX_SILENT, and META_… for
 * what stopped the connection or the ad account
 */
export async function openClient(
  db: Db,
  integrationId: number,
  tools: ClientTools,
  use: 'runs' | 'opt-outs',
): Promise<IntegrationClient> {
  const { fetch, clock, version } = tools;
  const pausedAt = await pausedSince(db);
  if (pausedAt !== null) throw new MusterError('RESTORED_PAUSED', pausedAt.toISOString());
  const integration = await readIntegration(db, integrationId);
  const { name, connectionId, adAccount, apiUrl, enabled, sandbox } = integration;
  if (!enabled && use === 'runs') throw new MusterError('DESTINATION_DISABLED', `“${name}”`);
  const credentials = await openCredentials(db, await tools.keys(), connectionId);
  const meta = createMetaClient({
    ...{ fetch, clock, version, apiBase: apiUrl },
    ...revealed(credentials),
    governor: tools.governorOf(budgetScope(integration)),
    onStop: (problem, account) => noteStop(db, integration, problem, account),
    ...(sandbox ? { timeouts: sandboxTimeouts } : {}),
  });
  await tryStopped(db, integration, meta);
  const settleMs = await settleTime(integration, tools);
  return { meta, adAccount, requestTimeoutMs: meta.requestMsMax, settleMs };
}

/** Whose limits count together: those of one app. Without its id a connection stands for its app. */
export function budgetScope({
  apiUrl,
  appId,
  connectionId,
}: Pick<Integration, 'apiUrl' | 'appId' | 'connectionId'>): string {
  return `${apiUrl} ${appId === null ? `connection ${connectionId}` : `app ${appId}`}`;
}

async function settleTime(integration: Integration, tools: ClientTools): Promise<number> {
  if (!integration.sandbox) return tools.settleMs ?? META_SETTLE_MS;
  const lagMs = await largestLagMs(integration.apiUrl, tools.fetch);
  if (lagMs === null) throw new MusterError('SANDBOX_SILENT', integration.apiUrl);
  if (tools.settleMs !== null) return tools.settleMs;
  return lagMs === 0 ? SANDBOX_SETTLE_MS : lagMs + SANDBOX_MARGIN_MS;
}
