import { MusterError } from '#domain/errors/muster-error.ts';
import { createMetaClient, type MetaClient, type MetaClientOptions } from '#meta/client.ts';
import { type Integration, readIntegration, readSealedToken } from '#store/connections.ts';
import type { Db } from '#store/db.ts';
import { largestLagMs } from './sandbox-probe.ts';
import { openToken } from './seal.ts';

/** A client for one integration, with the times that hold for it. */
export interface IntegrationClient {
  readonly meta: MetaClient;
  readonly adAccount: string;
  /** How long a request may be under way. */
  readonly requestTimeoutMs: number;
  /** How long after an answer, or none, a request may still take effect. */
  readonly settleMs: number;
}

export interface ClientTools extends Pick<MetaClientOptions, 'fetch' | 'clock' | 'governor'> {
  readonly key: () => Promise<Buffer>;
  /** Set from outside, it holds for every connection. */
  readonly settleMs: number | null;
}

/** contract.md, Waiting: a policy, since Meta promises nothing. */
const META_SETTLE_MS = 15 * 60_000;
const SANDBOX_SETTLE_MS = 2_000;
const SANDBOX_MARGIN_MS = 1_000;
/** It is on this machine, and whoever tries a crash out should not wait a minute for its end. */
const sandboxTimeouts = { headersMs: 12_000, bodyMs: 5_000, totalMs: 15_000 };

/** @throws MusterError TOKEN_SEALED, KEY_INVALID, SANDBOX_SILENT */
export async function openClient(
  db: Db,
  integrationId: number,
  tools: ClientTools,
): Promise<IntegrationClient> {
  const { fetch, clock, governor } = tools;
  const integration = await readIntegration(db, integrationId);
  const { connectionId, adAccount, apiUrl } = integration;
  const { installationId, sealed } = await readSealedToken(db, connectionId);
  const token = openToken(await tools.key(), { installationId, connectionId }, sealed);
  const meta = createMetaClient({
    ...{ fetch, clock, governor },
    apiBase: apiUrl,
    token: token.reveal(),
    ...(integration.sandbox ? { timeouts: sandboxTimeouts } : {}),
  });
  const settleMs = await settleTime(integration, tools);
  return { meta, adAccount, requestTimeoutMs: meta.requestMsMax, settleMs };
}

async function settleTime(integration: Integration, tools: ClientTools): Promise<number> {
  if (!integration.sandbox) return tools.settleMs ?? META_SETTLE_MS;
  const lagMs = await largestLagMs(integration.apiUrl, tools.fetch);
  if (lagMs === null) throw new MusterError('SANDBOX_SILENT', integration.apiUrl);
  if (tools.settleMs !== null) return tools.settleMs;
  return lagMs === 0 ? SANDBOX_SETTLE_MS : lagMs + SANDBOX_MARGIN_MS;
}
