import type { MetaClient } from '#meta/client.ts';
import type { Db } from '#store/db.ts';
import type { Link } from '#store/links.ts';
import { hasReading, storeReading } from '#store/meta-readings.ts';

type Client = { readonly meta: Pick<MetaClient, 'readAudience'>; readonly adAccount: string };

/** What Meta says before anything of ours is sent: later sizes are measured against it. */
export async function readBaseline(db: Db, client: Client, link: Link): Promise<void> {
  if (!(await hasReading(db, link.id))) await readBack(db, client, { link, runId: null });
}

/**
 * Asks Meta how large the audience is and how it does, and writes the answer down as it came. An
 * answer that fails is none: nothing depends on it.
 * @returns whether Meta answered.
 */
export async function readBack(
  db: Db,
  { meta, adAccount }: Client,
  { link, runId }: { link: Link; runId: number | null },
): Promise<boolean> {
  const answer = await meta.readAudience({ account: adAccount, audienceId: link.metaAudienceId });
  if (answer.outcome === 'clean') {
    await storeReading(db, { linkId: link.id, runId, audience: answer.body });
    return true;
  }
  const missing = ['audience gone', 'audience not found'].includes(answer.problem.meaning);
  if (missing && link.ageMs > JUST_CREATED_MS) {
    await storeReading(db, { linkId: link.id, runId, audience: null });
  }
  return missing;
}

/** A new audience is not everywhere at Meta at once. */
const JUST_CREATED_MS = 10 * 60_000;
