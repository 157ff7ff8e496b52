import { MusterError } from '#domain/errors/muster-error.ts';
import { findAudience, forgetWhoBelongs } from '#store/audiences.ts';
import { stopRuns } from '#store/lifecycle.ts';
import { createLink, endLink } from '#store/links.ts';
import { requestRun } from '#store/run-queue.ts';
import type { Muster } from './muster.ts';

export interface Relinked {
  readonly audience: string;
  /** Null: the next run makes one. */
  readonly metaAudienceId: string | null;
  /** The one it was linked to; who is in there stays there. */
  readonly formerMetaAudienceId: string | null;
  readonly runId: string | null;
}

/**
 * Links an audience anew: to another Meta audience, or to one that the next run makes. It is a new
 * link, to which nothing was told, so everybody is sent. What runs for the former one ends.
 * @throws MusterError META_AUDIENCE_LINKED, AUDIENCE_DEACTIVATED
 */
export async function relinkAudience(
  { store }: Muster,
  name: string,
  target: { adAccount: string; metaAudienceId: string } | null,
): Promise<Relinked> {
  const { id: audienceId, databaseId, activatedAt, state } = await findAudience(store, name);
  if (state === 'deactivated') throw new MusterError('AUDIENCE_DEACTIVATED', `“${name}”`);
  return await store.tx(async (tx) => {
    await stopRuns(tx, audienceId, 'the audience was linked anew');
    const formerMetaAudienceId = await endLink(tx, audienceId);
    if (target !== null) await createLink(tx, { audienceId, databaseId, ...target });
    await forgetWhoBelongs(tx, audienceId);
    const run =
      activatedAt === null ? null : await requestRun(tx, { audienceId, trigger: 'relink' });
    return {
      audience: name,
      metaAudienceId: target?.metaAudienceId ?? null,
      formerMetaAudienceId,
      runId: run === null ? null : String(run.runId),
    };
  });
}
