import { healthOf } from '#connections/health.ts';
import { readQuota } from '#connections/quota.ts';
import { statesAtMeta } from '#insights/state-at-meta.ts';
import { readZone } from '#schedules/schedule.ts';
import { listIntegrations } from '#store/connections.ts';
import { listConnections } from '#store/credentials.ts';
import { listDatabases } from '#store/databases.ts';
import type { Db } from '#store/db.ts';
import { foundDrifts } from '#store/drift.ts';
import { countOverdueErasures } from '#store/erasures.ts';
import { readDeliveryFunnel } from '#store/delivery-funnel.ts';
import { readFlow } from '#store/flow.ts';
import { openOptOuts } from '#store/opt-outs.ts';
import { type AudienceOverview, databaseNow, overviewAudiences } from '#store/overview.ts';
import * as contract from '../contract/overview.ts';
import type { Principal } from '../auth/principal.ts';
import { answer, type Api, type ApiParts, visibleDatabases } from './api.ts';
import { needsOf } from './needs.ts';

export function serveOverview(api: Api, parts: ApiParts): void {
  const { store } = parts.muster;

  answer(api, parts, contract.getOverview, async ({ query, principal }) =>
    readOverview(store, wanted(principal, query.databaseId)),
  );

  answer(api, parts, contract.getFlow, async ({ query, principal }) => {
    const { days, integrationId } = query;
    const zone = readZone(query.zone);
    const databaseIds = wanted(principal, query.databaseId);
    const integration = integrationId === undefined ? null : Number(integrationId);
    const wish = { audienceId: null, databaseIds, integrationId: integration, days, zone };
    return { zone, days: await readFlow(store, wish) };
  });

  answer(api, parts, contract.getAudienceFlow, async ({ params, query }) => {
    const zone = readZone(query.zone);
    const audienceId = Number(params.audienceId);
    const wish = { audienceId, databaseIds: null, integrationId: null, days: query.days, zone };
    return { zone, days: await readFlow(store, wish) };
  });

  answer(api, parts, contract.getDelivery, async ({ query, principal }) => {
    const { days, integrationId } = query;
    return await readDeliveryFunnel(store, {
      ...{ days, audienceId: null, databaseIds: wanted(principal, query.databaseId) },
      integrationId: integrationId === undefined ? null : Number(integrationId),
    });
  });

  answer(api, parts, contract.getAudienceDelivery, async ({ params, query }) => {
    const audienceId = Number(params.audienceId);
    const wish = { audienceId, databaseIds: null, integrationId: null, days: query.days };
    return await readDeliveryFunnel(store, wish);
  });
}

/** The databases to look at; null: all. One that somebody may not see has nothing in it. */
function wanted(principal: Principal, databaseId: string | undefined): readonly number[] | null {
  const { databaseIds = null } = visibleDatabases(principal);
  if (databaseId === undefined) return databaseIds;
  const id = Number(databaseId);
  return databaseIds === null || databaseIds.includes(id) ? [id] : [];
}

async function readOverview(db: Db, databaseIds: readonly number[] | null) {
  const [at, allDatabases, allIntegrations, audiences, states] = await Promise.all([
    databaseNow(db),
    listDatabases(db),
    listIntegrations(db),
    overviewAudiences(db, databaseIds === null ? {} : { databaseIds }),
    statesAtMeta(db),
  ]);
  const seen = (id: number) => databaseIds === null || databaseIds.includes(id);
  const integrations = allIntegrations.filter(({ databaseId }) => seen(databaseId));
  const [connections, optOuts, drifts, erasuresOverdue, quotas] = await Promise.all([
    listConnections(db),
    openOptOuts(db),
    foundDrifts(db),
    databaseIds === null ? countOverdueErasures(db) : 0,
    Promise.all(
      integrations.map(async (integration) => ({
        integrationId: String(integration.id),
        ...(await readQuota(db, integration, SHARE_PERCENT)),
      })),
    ),
  ]);
  const names = new Set(audiences.map(({ name }) => name));
  const isSeen = ({ audience }: { audience: string }) => names.has(audience);
  const used = new Set(integrations.map(({ connection }) => connection));
  return {
    at,
    sandbox: integrations.some(({ sandbox }) => sandbox),
    needs: needsOf({
      ...{ audiences, states, erasuresOverdue },
      connections: connections
        .filter(({ name }) => databaseIds === null || used.has(name))
        .map((connection) => healthOf(connection, at)),
      optOuts: optOuts.filter(isSeen),
      drifts: drifts.filter(isSeen),
    }),
    databases: allDatabases
      .filter(({ id }) => seen(id))
      .map(({ id, name, profiles }) => ({ id: String(id), name, profiles })),
    integrations: integrations.length,
    audiences: summaryOf(audiences),
    quotas: quotas.map(({ paceMs: _, ...quota }) => quota),
  };
}

/** Calls are spread out from this share on; only what is left is shown here, which it does not touch. */
const SHARE_PERCENT = 100;

function summaryOf(audiences: readonly AudienceOverview[]) {
  const active = audiences.filter(
    ({ activatedAt, state }) => activatedAt !== null && state !== 'deactivated',
  );
  const moments = active.map(({ synchronizedAt }) => synchronizedAt);
  const known = moments.filter((moment) => moment !== null);
  const oldest = known.length < moments.length ? null : known.toSorted((a, b) => +a - +b)[0];
  return {
    total: audiences.length,
    byState: Object.fromEntries(
      Object.entries(Object.groupBy(audiences, ({ state }) => state)).map(([state, all]) => [
        state,
        all.length,
      ]),
    ),
    members: audiences.reduce((sum, { members }) => sum + members, 0),
    oldestSynchronizedAt: oldest ?? null,
  };
}
