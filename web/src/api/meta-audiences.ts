import { queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import { answered, api } from './client.ts';

type Page =
  Paths['/integrations/{integrationId}/meta-audiences']['get']['responses'][200]['content']['application/json'];
export type MetaAudience = Page['items'][number];

const PAGE_ROWS = 500;
const FRESH_MS = 5 * 60_000;

/**
 * All audiences of an ad account at Meta, whoever made them; read again by hand.
 * @param adAccount another one than the integration's, `act_…`, or empty
 */
export const metaAudiencesQuery = (integrationId: string, adAccount: string) =>
  queryOptions({
    queryKey: ['meta audiences', integrationId, adAccount],
    meta: { asksMeta: true },
    staleTime: FRESH_MS,
    retry: false,
    queryFn: async () => {
      const all: MetaAudience[] = [];
      let page: Page | undefined;
      do {
        page = await answered(pageOf(integrationId, adAccount, page?.next ?? null));
        all.push(...page.items);
      } while (page.next !== null);
      const { customerLists, customerListsMax } = page;
      return { audiences: all, customerLists, customerListsMax };
    },
  });

function pageOf(integrationId: string, adAccount: string, cursor: string | null) {
  return api.GET('/integrations/{integrationId}/meta-audiences', {
    params: {
      path: { integrationId },
      query: {
        limit: PAGE_ROWS,
        ...(adAccount === '' ? {} : { adAccount }),
        ...(cursor === null ? {} : { cursor }),
      },
    },
  });
}

/** Where the audiences of an ad account are in the Ads Manager. */
export const adsManagerPage = (adAccount: string): string =>
  `https://business.facebook.com/adsmanager/audiences?act=${adAccount.replace('act_', '')}`;
