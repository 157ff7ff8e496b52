import { checkDrift, linksToCheck } from '#store/drift.ts';
import { requestRun } from '#store/run-queue.ts';
import { readSending } from '#store/suppressions.ts';
import type { Muster } from './muster.ts';
import { planWish, readScope } from './scope.ts';

/**
 * Once a day everybody is compared with everything that Meta was told (protocol.md §6). It must find
 * nothing, since whatever changes leaves a mark; what it finds is marked, shown, and sent by a run.
 * @returns people of whom nobody had noted that they differ.
 */
export async function checkDrifts({ store }: Muster): Promise<number> {
  let found = 0;
  for (const { audienceId } of await linksToCheck(store)) {
    const scope = await readScope(store, audienceId);
    const { link } = scope;
    if (link === null) continue;
    const people = await store.snapshot(async (tx) => {
      const { suppressing } = await readSending(tx, link.databaseId);
      return await checkDrift(tx, { ...planWish(scope, null), linkId: link.id, suppressing });
    });
    found += people;
    if (people === 0) continue;
    await requestRun(store, { audienceId: scope.audience.id, trigger: 'schedule' });
  }
  return found;
}
