import { listAudiencesAtMeta } from '#sync/meta-audiences.ts';
import * as contract from '../contract/meta-audiences.ts';
import { answer, type Api, type ApiParts } from './api.ts';
import { pageOfAll } from './page.ts';

export function serveMetaAudiences(api: Api, parts: ApiParts): void {
  const { muster } = parts;

  answer(api, parts, contract.listMetaAudiences, async ({ params, query }) => {
    const client = await muster.openClient(Number(params.integrationId));
    const place = { ...client, adAccount: query.adAccount ?? client.adAccount };
    const { audiences, ...account } = await listAudiencesAtMeta(muster, place, query.search);
    const wanted = audiences
      .filter(({ linkable }) => query.linkable === undefined || String(linkable) === query.linkable)
      .map(({ metaAudienceId, ...rest }) => ({ id: metaAudienceId, ...rest }));
    return { ...pageOfAll(wanted, query), ...account };
  });
}
