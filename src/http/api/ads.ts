import { adFigures } from '#store/ads.ts';
import { showAds } from '#sync/ads.ts';
import * as contract from '../contract/ads.ts';
import { answer, type Api, type ApiParts, visibleDatabases } from './api.ts';

export function serveAds(api: Api, parts: ApiParts): void {
  const { muster } = parts;

  answer(api, parts, contract.getAds, async ({ params, query }) =>
    showAds(muster, Number(params.audienceId), { byHand: query.refresh === 'true' }),
  );

  answer(api, parts, contract.listAdFigures, async ({ query, principal }) => {
    const { databaseIds = null } = visibleDatabases(principal, query.databaseId);
    const audienceId = query.audienceId === undefined ? null : Number(query.audienceId);
    return {
      items: await adFigures(muster.store, { audienceId, databaseIds, days: query.days }),
    };
  });
}
