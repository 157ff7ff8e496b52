import { findNotedSandbox } from '#connections/sandbox-note.ts';
import { type AudienceTruth, readTruth } from '#connections/sandbox-probe.ts';
import { expectedFinish, type Quota, readQuota } from '#connections/quota.ts';
import { type ConnectionHealth, healthOf } from '#connections/health.ts';
import { versionWarning } from '#meta/versions.ts';
import { type StateAtMeta, statesAtMeta } from '#insights/state-at-meta.ts';
import { type Integration, listIntegrations } from '#store/connections.ts';
import { listConnections } from '#store/credentials.ts';
import { type Unfinished, unfinishedAudiences } from '#store/unfinished.ts';
import { listDatabases } from '#store/databases.ts';
import type { Db } from '#store/db.ts';
import { type Drift, foundDrifts } from '#store/drift.ts';
import { countOverdueErasures } from '#store/erasures.ts';
import { type Leaving, openOptOuts } from '#store/opt-outs.ts';
import {
  type AudienceOverview,
  databaseNow,
  type ImportOverview,
  overviewAudiences,
  overviewImports,
  overviewServer,
  type ServerOverview,
} from '#store/overview.ts';
import { explainFilling } from '#sync/ways.ts';
import { nextStep } from './next-step.ts';

/** Everything that the status page and `muster status` show: one reading, one moment. */
export interface Overview {
  readonly at: Date;
  readonly dataDirectory: string;
  readonly server: ServerOverview & { readonly kind: 'embedded' | 'external' };
  /** Where a sandbox of this data directory answers, or null. */
  readonly sandbox: string | null;
  readonly databases: readonly DatabaseOverview[];
  readonly integrations: readonly Omit<Integration, 'id' | 'databaseId' | 'connectionId'>[];
  readonly connections: readonly ConnectionHealth[];
  /** What is left of Meta's limits, integration by integration. */
  readonly quotas: readonly Quota[];
  readonly audiences: readonly AudienceShown[];
  /** Who has to leave and has not: opt-outs and erasures, audience by audience. */
  readonly optOuts: readonly Leaving[];
  /** Where the daily comparison found people whose difference nobody had noted; it must find none. */
  readonly drifts: readonly Drift[];
  /** Erasures that Meta has not acknowledged in 25 days; at 30 they end. */
  readonly erasuresOverdue: number;
  /** The newest first. */
  readonly imports: readonly ImportOverview[];
  /** What there is to tell about the version of Meta's API that is spoken, or null. */
  readonly versionWarning: string | null;
  /** The command, or the sentence, that helps most now. */
  readonly next: string;
}

interface DatabaseOverview {
  readonly name: string;
  readonly profiles: number;
  readonly defaultCountry: string | null;
}

export interface AudienceShown extends AudienceOverview {
  /** The rule as a sentence. */
  readonly definition: string;
  /** What a sandbox holds; Meta never tells that, so for Meta it is null. */
  readonly atSandbox: AudienceTruth | null;
  /** What Meta said of it last; null: never read. */
  readonly atMeta: StateAtMeta | null;
  /** When what is left to send will have gone, by the pace that Meta's limits allow; else null. */
  readonly finishesAt: Date | null;
}

export interface OverviewSource {
  readonly db: Db;
  readonly dataDirectory: string;
  readonly serverKind: 'embedded' | 'external';
  readonly fetch: Parameters<typeof readTruth>[2];
  /** Of Meta's API: `v26.0`. */
  readonly apiVersion: string;
  /** From which share of Meta's limits on calls are spread out. */
  readonly quotaSharePercent: number;
}

const IMPORTS_SHOWN = 5;

export async function readOverview(source: OverviewSource): Promise<Overview> {
  const { db, dataDirectory, serverKind, fetch, quotaSharePercent } = source;
  const [at, server, databases, integrations, audiences, imports, noted] = await Promise.all([
    databaseNow(db),
    overviewServer(db),
    listDatabases(db),
    listIntegrations(db),
    overviewAudiences(db),
    overviewImports(db, IMPORTS_SHOWN),
    findNotedSandbox(dataDirectory, fetch),
  ]);
  const [states, connections, unfinished, quotas, optOuts, erasuresOverdue, drifts] =
    await Promise.all([
      statesAtMeta(db),
      listConnections(db),
      unfinishedAudiences(db),
      Promise.all(integrations.map((integration) => readQuota(db, integration, quotaSharePercent))),
      openOptOuts(db),
      countOverdueErasures(db),
      foundDrifts(db),
    ]);
  const shown = await Promise.all(
    audiences.map(async (audience) => ({
      ...audience,
      definition: explainFilling(audience),
      atSandbox: await truthOf(audience, integrations, fetch),
      atMeta: states.get(audience.name) ?? null,
      finishesAt: finishOf(audience, unfinished, quotas, at),
    })),
  );
  const overview = {
    at,
    dataDirectory,
    server: { ...server, kind: serverKind },
    sandbox: noted?.url ?? null,
    databases: databases.map(({ name, profiles, defaultCountry }) => ({
      ...{ name, profiles, defaultCountry },
    })),
    integrations: integrations.map(({ id: _, databaseId: __, connectionId: ___, ...rest }) => rest),
    connections: connections.map((connection) => healthOf(connection, at)),
    versionWarning: connections.every(({ sandbox }) => sandbox)
      ? null
      : versionWarning(source.apiVersion, at),
    quotas,
    audiences: shown,
    optOuts,
    erasuresOverdue,
    drifts,
    imports,
  };
  return { ...overview, next: nextStep(overview) };
}

function finishOf(
  { name }: AudienceOverview,
  unfinished: readonly Unfinished[],
  quotas: readonly Quota[],
  at: Date,
): Date | null {
  const left = unfinished.find((one) => one.audience === name);
  const quota = quotas.find((one) => one.integration === left?.integration);
  if (left === undefined || quota === undefined) return null;
  return expectedFinish(quota, left.requestsLeft, left.requestMs, at);
}

async function truthOf(
  { integration: name, metaAudienceId }: AudienceOverview,
  integrations: readonly Integration[],
  fetch: OverviewSource['fetch'],
): Promise<AudienceTruth | null> {
  const integration = integrations.find((one) => one.name === name);
  if (integration?.sandbox !== true || metaAudienceId === null) return null;
  return await readTruth(integration.apiUrl, metaAudienceId, fetch);
}
