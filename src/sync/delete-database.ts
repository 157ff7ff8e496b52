import { MusterError } from '#domain/errors/muster-error.ts';
import { lockEvaluations } from '#store/audiences.ts';
import { countProfiles, type Database, ensureDatabase } from '#store/databases.ts';
import {
  atWorkIn,
  audiencesAtMeta,
  forgetDatabase,
  type LinkedAudience,
} from '#store/forget-database.ts';
import { holdImports } from '#store/imports.ts';
import type { Muster } from './muster.ts';

/** What came of it, as --json prints it. */
export interface DatabaseDeletion {
  readonly database: string;
  readonly people: number;
  /** Audiences at Meta whose people were left there. */
  readonly leftAtMeta: readonly LinkedAudience[];
}

/** Where imports go that name no database: it comes back with nothing in it. */
const ALWAYS_THERE = 'main';

/**
 * Removes a database with everything in it: people, events, audiences, integrations, and the sealed
 * hashes of who opted out or was erased.
 * @param wish `confirm`: its name, typed; `leavePeople`: Meta keeps who is there, and nobody can take
 * them out from here any more.
 * @throws MusterError CONFIRMATION_WRONG, DATABASE_AT_META, DATABASE_AT_WORK
 */
export async function deleteDatabase(
  { store }: Muster,
  { id, name }: Database,
  wish: { readonly confirm: string; readonly leavePeople: boolean },
): Promise<DatabaseDeletion> {
  if (wish.confirm !== name) throw new MusterError('CONFIRMATION_WRONG', 'the name');
  return await store.tx(async (tx) => {
    if (!(await holdImports(tx, id))) throw new MusterError('DATABASE_AT_WORK', 'an import');
    await lockEvaluations(tx, id);
    const leftAtMeta = await audiencesAtMeta(tx, id);
    if (leftAtMeta.length > 0 && !wish.leavePeople) {
      const names = leftAtMeta.map(({ audience }) => `“${audience}”`).join(', ');
      throw new MusterError('DATABASE_AT_META', names);
    }
    const working = await atWorkIn(tx, id);
    if (working.length > 0) {
      throw new MusterError('DATABASE_AT_WORK', working.map((one) => `“${one}”`).join(', '));
    }
    const people = await countProfiles(tx, id);
    await forgetDatabase(tx, id);
    if (name === ALWAYS_THERE) await ensureDatabase(tx, name);
    return { database: name, people, leftAtMeta };
  });
}
