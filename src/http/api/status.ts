import { MusterError } from '#domain/errors/muster-error.ts';
import { diagnoseAll } from '#connections/doctor.ts';
import { listDatabases } from '#store/databases.ts';
import { seesDatabase } from '../auth/principal.ts';
import * as contract from '../contract/status.ts';
import { type Overview, readOverview } from '../overview.ts';
import { answer, type Api, type ApiParts } from './api.ts';

export function serveStatus(api: Api, parts: ApiParts): void {
  const { muster, installation } = parts;
  const { store } = muster;
  const { dataDirectory, serverKind, apiVersion, quotaSharePercent, tools } = installation;
  const { fetch } = tools;
  const source = { db: store, dataDirectory, serverKind, apiVersion, quotaSharePercent, fetch };

  answer(api, parts, contract.getStatus, async ({ principal }) => {
    const databases = await listDatabases(store);
    const seen = databases.filter(({ id }) => seesDatabase(principal, id));
    const status = await readOverview(source);
    return documentOf(seen.length === databases.length ? status : partOf(status, seen));
  });

  answer(api, parts, contract.diagnose, async ({ body, principal }) => {
    if (principal.databases !== 'all') throw new MusterError('API_NOT_ALLOWED', 'all databases');
    const { connection } = body;
    const diagnosed = await diagnoseAll(store, tools, connection ?? undefined);
    const findings = connection === null ? await installation.diagnose() : [];
    const ok = diagnosed.ok && findings.every(({ state }) => state !== 'fail');
    return { ...diagnosed, ok, installation: findings };
  });
}

/** What somebody sees who sees some databases only: theirs, and what is about the whole. */
function partOf(status: Overview, seen: readonly { readonly name: string }[]): Overview {
  const databases = new Set(seen.map(({ name }) => name));
  const isSeen = ({ database }: { readonly database: string }) => databases.has(database);
  const audiences = status.audiences.filter(isSeen);
  const integrations = status.integrations.filter(isSeen);
  const named = new Set(audiences.map(({ name }) => name));
  const going = new Set(integrations.map(({ name }) => name));
  const used = new Set(integrations.map(({ connection }) => connection));
  const isNamed = ({ audience }: { readonly audience: string }) => named.has(audience);
  return {
    ...status,
    ...{ audiences, integrations },
    databases: status.databases.filter(({ name }) => databases.has(name)),
    connections: status.connections.filter(({ name }) => used.has(name)),
    quotas: status.quotas.filter(({ integration }) => going.has(integration)),
    optOuts: status.optOuts.filter(isNamed),
    drifts: status.drifts.filter(isNamed),
    imports: status.imports.filter(isSeen),
    erasuresOverdue: 0,
    // It may name what others have.
    next: 'muster audience list',
  };
}

function documentOf({ audiences, ...status }: Overview) {
  return {
    ...status,
    audiences: audiences.map((audience) => ({
      ...audience,
      rule: audience.rule as Record<string, never> | null,
      schedule: audience.schedule as Record<string, never>,
    })),
  };
}
