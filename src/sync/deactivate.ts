import { MusterError } from '#domain/errors/muster-error.ts';
import { findAudience, lockEvaluation } from '#store/audiences.ts';
import { readSchedule } from '#store/audience-schedules.ts';
import { beginEmptying, deactivate } from '#store/lifecycle.ts';
import { activeLink, lastLink } from '#store/links.ts';
import { requestRun } from '#store/run-queue.ts';
import { relinkFormer } from './activate.ts';
import type { Muster, OnProgress } from './muster.ts';
import type { SyncReport } from './reports.ts';
import { integrationOf } from './scope.ts';
import { syncAudience } from './sync.ts';

export interface Deactivated {
  readonly audience: string;
  /** Still its own while people are being removed. */
  readonly state: 'deactivated' | 'removing people';
  /** The one it is, or was, linked to. */
  readonly metaAudienceId: string | null;
  /** The run that removed the people; null: they stay at Meta, or nobody was ever sent. */
  readonly removal: SyncReport | null;
}

/** Ends an audience's link and its runs. Its people stay at Meta, and opt-outs go on leaving. */
export async function deactivateAudience({ store }: Muster, name: string): Promise<Deactivated> {
  const { id } = await findAudience(store, name);
  const ended = await store.tx((tx) => deactivate(tx, id));
  const metaAudienceId = ended ?? (await lastLink(store, id))?.metaAudienceId ?? null;
  return { audience: name, state: 'deactivated', metaAudienceId, removal: null };
}

/**
 * Removes everybody who was told first. It is a run like any other that wants nobody, so it survives a
 * crash and goes on by itself under `serve`; the guard is not asked, because a person asked for it.
 * One that was deactivated with its people left is linked again for that.
 * @throws MusterError what stopped the run
 */
export async function removeAndDeactivate(
  muster: Muster,
  name: string,
  wait: boolean,
  onProgress: OnProgress,
): Promise<Deactivated> {
  const begun = await beginRemoval(muster, name);
  if (begun === null) return await deactivateAudience(muster, name);
  const { metaAudienceId } = begun;
  const removal = await syncAudience(muster, name, { wait, trigger: 'deactivate' }, onProgress);
  const { state } = await findAudience(muster.store, name);
  const word = state === 'deactivated' ? 'deactivated' : 'removing people';
  return { audience: name, state: word, metaAudienceId, removal };
}

/**
 * Asks for the run that removes everybody, after which the audience is deactivated. Null: nobody was
 * ever told, so there is nothing to remove.
 * @throws MusterError DESTINATION_DISABLED, AUDIENCE_NOT_CONNECTED
 */
export async function beginRemoval(
  { store }: Pick<Muster, 'store'>,
  name: string,
): Promise<{ runId: number; metaAudienceId: string } | null> {
  const audience = await findAudience(store, name);
  const link = await lastLink(store, audience.id);
  if (link === null) return null;
  await integrationOf(store, audience);
  if (!(await readSchedule(store, audience.id)).enabled) {
    throw new MusterError('DESTINATION_DISABLED', `“${name}”`);
  }
  return await store.tx(async (tx) => {
    await lockEvaluation(tx, audience.id);
    if ((await activeLink(tx, audience.id)) === null) await relinkFormer(tx, audience);
    if (!audience.emptying) await beginEmptying(tx, audience.id);
    const wish = { audienceId: audience.id, trigger: 'deactivate' } as const;
    const { runId } = await requestRun(tx, wish);
    return { runId, metaAudienceId: link.metaAudienceId };
  });
}
