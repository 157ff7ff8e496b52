import { readBack } from '#insights/read-back.ts';
import { linksToRead } from '#store/meta-readings.ts';
import { activeLink } from '#store/links.ts';
import type { Muster } from '#sync/muster.ts';

/** Meta takes up to a day to count; what nobody sent to is read as rarely as that. */
const again = { olderThanMs: 6 * 3_600_000, countedAfterMs: 60_000 } as const;

/** Reads sizes and statuses of Meta audiences that nobody has read for a while. */
export async function readAgain(muster: Muster): Promise<void> {
  for (const { audienceId, integrationId } of await linksToRead(muster.store, again)) {
    const link = await activeLink(muster.store, audienceId);
    if (link === null) continue;
    const client = await muster.openClient(integrationId);
    await readBack(muster.store, client, { link, runId: null });
  }
}
