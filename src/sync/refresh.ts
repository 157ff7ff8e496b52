import { type Audience, readAudience } from '#store/audiences.ts';
import { changedAudiences, type Followed } from '#store/change-feed.ts';
import type { Muster } from './muster.ts';
import { evaluateAudience } from './evaluate.ts';

/**
 * Brings members up to date where people changed: *Nb members* and the moments beside it are true
 * at once, whenever the next run is. Audiences that nobody has activated or looked at are left alone.
 * @returns the audiences that have something new to be sent.
 */
export async function refreshMembers(muster: Muster, followed: Followed): Promise<Audience[]> {
  const { store } = muster;
  const changed: Audience[] = [];
  for (const { id } of await changedAudiences(store, followed)) {
    await evaluateAudience(store, await readAudience(store, id));
    changed.push(await readAudience(store, id));
  }
  return changed;
}
