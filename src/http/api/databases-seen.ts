import { MusterError } from '#domain/errors/muster-error.ts';
import { databaseOf } from '#store/database-of.ts';
import type { Db } from '#store/db.ts';
import { type Principal, seesDatabase } from '../auth/principal.ts';

/**
 * A database that a body names, where somebody may see it.
 * @throws MusterError API_NOT_FOUND for one that is not there, or not for them
 */
export async function seenDatabase(db: Db, principal: Principal, id: string): Promise<number> {
  const found = await databaseOf(db, 'database', id);
  if (found === null || !seesDatabase(principal, found)) {
    throw new MusterError('API_NOT_FOUND', `database ${id}`);
  }
  return found;
}
