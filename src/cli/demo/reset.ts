import { listAudiences } from '#store/audiences.ts';
import type { Integration } from '#store/connections.ts';
import { forgetDatabase } from '#store/forget-database.ts';
import { activeLink } from '#store/links.ts';
import type { Muster } from '#sync/muster.ts';

/**
 * Takes away what earlier demos made, here and at the sandbox, and nothing else. What is in the
 * sandbox goes first: without its link nobody would know it any more.
 */
export async function resetDemo(muster: Muster, demo: Integration): Promise<void> {
  const { meta } = await muster.openClient(demo.id);
  for (const audience of await listAudiences(muster.store)) {
    if (audience.databaseId !== demo.databaseId) continue;
    const link = await activeLink(muster.store, audience.id);
    // Whatever the answer: it may be gone there already.
    if (link !== null) {
      await meta.deleteAudience({ account: link.adAccount, audienceId: link.metaAudienceId });
    }
  }
  await muster.store.tx((tx) => forgetDatabase(tx, demo.databaseId));
}
