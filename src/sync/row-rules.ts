import type { Chosen } from '#identifiers/setting.ts';
import { countProfiles, type Database } from '#store/databases.ts';
import type { Muster, OnProgress } from './muster.ts';
import { applyRowRules } from './rebuild.ts';

/** What `muster database set --json` prints. */
export interface RulesReport {
  readonly database: string;
  readonly defaultCountry: string | null;
  readonly normalising: Chosen;
  readonly changed: boolean;
  readonly profiles: number;
}

/**
 * Sets how the values of a database are read, and makes anew what comes out otherwise. `country`
 * null: as it is.
 */
export async function changeNormalising(
  muster: Muster,
  database: Database,
  wish: { readonly country: string | null; readonly normalising: Chosen },
  onProgress: OnProgress,
): Promise<RulesReport> {
  const rules = {
    defaultCountry: wish.country ?? database.defaultCountry,
    normalising: { ...database.normalising, ...wish.normalising },
  };
  const ruled = await applyRowRules(muster, database, rules, onProgress);
  return {
    database: database.name,
    ...rules,
    changed: ruled.rowVersion !== database.rowVersion,
    profiles: await countProfiles(muster.store, database.id),
  };
}
