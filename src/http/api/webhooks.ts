import { randomBytes } from 'node:crypto';
import { sendTest } from '#alerts/send-due.ts';
import { readChannelTarget } from '#connections/channel-target.ts';
import { createWebhook, findWebhook, rotateWebhook } from '#connections/channels.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { type Channel, listChannels, removeChannel } from '#store/alert-channels.ts';
import { databaseNow } from '#store/overview.ts';
import * as contract from '../contract/webhooks.ts';
import { answer, type Api, type ApiParts } from './api.ts';
import { pageOfAll } from './page.ts';

type Webhook = Channel & { readonly kind: 'webhook' | 'slack' };

export function serveWebhooks(api: Api, parts: ApiParts): void {
  const { installation } = parts;
  const { store } = parts.muster;
  const { ownHosts } = installation.sources;
  const keys = () => installation.tools.keys();

  const all = async (): Promise<Webhook[]> =>
    (await listChannels(store)).filter((one): one is Webhook => one.kind !== 'mail');
  const webhookOf = async (id: string): Promise<Webhook> => {
    const found = (await all()).find((one) => String(one.id) === id);
    if (found === undefined) throw new MusterError('CHANNEL_UNKNOWN', id);
    return found;
  };

  answer(api, parts, contract.listWebhooks, async ({ query }) => {
    const found = (await all()).filter(
      ({ name }) => query.name === undefined || name === query.name,
    );
    return pageOfAll(found.map(describe), query);
  });

  answer(api, parts, contract.createWebhook, async ({ body }) => {
    const { name, kind, url, allowPrivate } = body;
    const wish = { name, kind, url: url.trim(), reachable: { allowPrivate, ownHosts } };
    const secret = await createWebhook(store, await keys(), wish, randomBytes);
    const { id } = await findWebhook(store, name);
    return { ...describe(await webhookOf(String(id))), secret };
  });

  answer(api, parts, contract.rotateWebhook, async ({ params }) => {
    const { name } = await webhookOf(params.webhookId);
    return { secret: await rotateWebhook(store, await keys(), name, randomBytes) };
  });

  answer(api, parts, contract.testWebhook, async ({ params }) => {
    const webhook = await webhookOf(params.webhookId);
    const openChannel = async (id: number) => await readChannelTarget(store, await keys(), id);
    await sendTest({ mailer: null, openChannel, ownHosts }, webhook, await databaseNow(store));
    return null;
  });

  answer(api, parts, contract.removeWebhook, async ({ params }) => {
    await removeChannel(store, (await webhookOf(params.webhookId)).id);
    return null;
  });
}

function describe({ id, name, kind, place, allowPrivate, createdAt, endedAt, problem }: Webhook) {
  return {
    ...{ id: String(id), name, kind, host: place, allowPrivate, createdAt, endedAt, problem },
  };
}
