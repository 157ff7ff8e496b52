import type { z } from '@hono/zod-openapi';
import { readQuota } from '#connections/quota.ts';
import { MARKETING, SALE_SHARING } from '#domain/consent.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import {
  enableIntegration,
  type Integration,
  listIntegrations,
  readIntegration,
  renameIntegration,
  setExternalIdAllowed,
} from '#store/connections.ts';
import { setRequiredConsents } from '#store/consent-settings.ts';
import { removeIntegration } from '#store/integration-removal.ts';
import { seesDatabase } from '../auth/principal.ts';
import * as contract from '../contract/integrations.ts';
import { answer, type Api, type ApiContext, type ApiParts } from './api.ts';
import { pageOfAll } from './page.ts';
import { editFrom, tag } from './version.ts';

export function serveIntegrations(api: Api, parts: ApiParts): void {
  const { store } = parts.muster;

  answer(api, parts, contract.listIntegrations, async ({ query, principal }) => {
    const found = (await listIntegrations(store)).filter(
      ({ name, databaseId }) =>
        seesDatabase(principal, databaseId) &&
        (query.name === undefined || name === query.name) &&
        (query.databaseId === undefined || String(databaseId) === query.databaseId),
    );
    return pageOfAll(await Promise.all(found.map((one) => describe(parts, one))), query);
  });

  const tagged = async (id: number, context: ApiContext) => {
    const integration = await readIntegration(store, id);
    return tag(context, editable(integration), await describe(parts, integration));
  };
  answer(api, parts, contract.getIntegration, async ({ params }, context) =>
    tagged(Number(params.integrationId), context),
  );

  answer(api, parts, contract.editIntegration, async ({ params, headers, body }, context) => {
    const id = Number(params.integrationId);
    const look = async () => editable(await readIntegration(store, id));
    const seen = { ifMatch: headers['if-match'], look };
    await editFrom(store, `integration ${id}`, seen, () => change(id, body));
    return await tagged(id, context);
  });

  async function change(id: number, body: z.output<typeof contract.wish>): Promise<void> {
    const before = await readIntegration(store, id);
    const { name, enabled, externalIdAllowed, requiredConsents } = body;
    const odd = requiredConsents?.find((one) => one === MARKETING || one === SALE_SHARING);
    if (odd !== undefined) {
      throw new MusterError('USAGE', `“${odd}” counts everywhere and is not asked for`);
    }
    await store.tx(async (tx) => {
      if (externalIdAllowed !== undefined) await setExternalIdAllowed(tx, id, externalIdAllowed);
      if (requiredConsents !== undefined) {
        await setRequiredConsents(tx, before, [...new Set(requiredConsents)]);
      }
    });
    if (enabled !== undefined) await enableIntegration(store, before.name, enabled);
    if (name !== undefined) await renameIntegration(store, before.name, name);
  }

  answer(api, parts, contract.removeIntegration, async ({ params, body }) => {
    const integration = await readIntegration(store, Number(params.integrationId));
    if (body.confirm !== integration.name) throw new MusterError('CONFIRMATION_WRONG', 'the name');
    return { tokenForgotten: await store.tx((tx) => removeIntegration(tx, integration)) };
  });
}

/** What an edit changes. */
function editable({ name, enabled, externalIdAllowed, requiredConsents }: Integration) {
  return { name, enabled, externalIdAllowed, requiredConsents };
}

async function describe({ muster, installation }: ApiParts, integration: Integration) {
  const { id, name, databaseId, database, connectionId, connection, adAccount } = integration;
  const { sandbox, enabled, externalIdAllowed, requiredConsents } = integration;
  const quota = await readQuota(muster.store, integration, installation.quotaSharePercent);
  return {
    ...{ id: String(id), name, databaseId: String(databaseId), database },
    ...{ connectionId: String(connectionId), connection, adAccount, sandbox, enabled },
    ...{ externalIdAllowed, requiredConsents },
    stopped: integration.connectionStoppedFor ?? integration.stoppedFor,
    ...{ quotaLeftPercent: quota.percentLeft, quotaRestsUntil: quota.restsUntil },
  };
}
