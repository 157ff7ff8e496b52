import { readBack } from '#insights/read-back.ts';
import { linksToRead } from '#store/meta-readings.ts';
import { activeLink } from '#store/links.ts';
import type { Muster } from '#sync/muster.ts';

/** Meta takes up to a day to count; sizes and statuses are read again after so long. */
const READ_AFTER_MS = 6 * 3_600_000;

/** Reads sizes and statuses of Meta audiences that nobody has read for a while. */
export async function readAgain(muster: Muster): Promise<void> {
  for (const { audienceId, integrationId } of await linksToRead(muster.store, READ_AFTER_MS)) {
    const link = await activeLink(muster.store, audienceId);
    if (link === null) continue;
    const client = await muster.openClient(integrationId);
    await readBack(muster.store, client, { link, runId: null });
  }
}
