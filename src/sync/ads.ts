import { refreshAds } from '#insights/ads.ts';
import { type AdsOfAudience, readAdsOf } from '#store/ads.ts';
import { readAudience } from '#store/audiences.ts';
import { activeLink, lastLink } from '#store/links.ts';
import { clientOf } from './client-of.ts';
import type { Muster } from './muster.ts';

/** The ads that name an audience, asked of Meta where that was long ago, or by hand. */
export async function showAds(
  muster: Muster,
  audienceId: number,
  { byHand }: { readonly byHand: boolean },
): Promise<AdsOfAudience> {
  const { store } = muster;
  const link = (await activeLink(store, audienceId)) ?? (await lastLink(store, audienceId));
  if (link !== null) {
    const audience = await readAudience(store, audienceId);
    const linked = { id: audienceId, metaAudienceId: link.metaAudienceId };
    const now = new Date(muster.clock());
    await refreshAds(store, linked, () => clientOf(muster, audience), { byHand, now });
  }
  return await readAdsOf(store, audienceId);
}
