import type { Db } from '#store/db.ts';
import { countReplayable } from '#store/replay.ts';

/** How everybody of a database is sent again. */
export async function offerReplay(
  db: Db,
  databaseId: number,
): Promise<{ path: string; audiences: number }> {
  const audiences = await countReplayable(db, { databaseId, integrationId: null });
  return { path: `/databases/${databaseId}/replay`, audiences };
}
