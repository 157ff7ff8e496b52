import type { Chosen } from '#identifiers/setting.ts';
import { setUnknownPasses } from '#store/consent-settings.ts';
import { countProfiles, type Database } from '#store/databases.ts';
import type { Muster, OnProgress } from './muster.ts';
import { applyRowRules } from './rebuild.ts';

/** What `muster database set --json` prints. */
export interface RulesReport {
  readonly database: string;
  readonly defaultCountry: string | null;
  readonly normalising: Chosen;
  readonly unknownConsent: 'passes' | 'blocks';
  readonly changed: boolean;
  readonly profiles: number;
}

/**
 * Sets the rules of a database: how its values are read, which makes anew what comes out otherwise,
 * and whether people of unknown consent are sent. Null: as it is.
 */
export async function changeRules(
  muster: Muster,
  database: Database,
  wish: {
    readonly country: string | null;
    readonly unknownConsent: RulesReport['unknownConsent'] | null;
    readonly normalising: Chosen;
  },
  onProgress: OnProgress,
): Promise<RulesReport> {
  const rules = {
    defaultCountry: wish.country ?? database.defaultCountry,
    normalising: { ...database.normalising, ...wish.normalising },
  };
  const before = database.unknownConsentPasses ? 'passes' : 'blocks';
  const unknownConsent = wish.unknownConsent ?? before;
  if (unknownConsent !== before) {
    const passes = unknownConsent === 'passes';
    await muster.store.tx((tx) => setUnknownPasses(tx, database.id, passes));
  }
  const ruled = await applyRowRules(muster, database, rules, onProgress);
  return {
    database: database.name,
    ...rules,
    unknownConsent,
    changed: unknownConsent !== before || ruled.rowVersion !== database.rowVersion,
    profiles: await countProfiles(muster.store, database.id),
  };
}
