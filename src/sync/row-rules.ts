import type { Chosen } from '#identifiers/setting.ts';
import { setUnknownPasses } from '#store/consent-settings.ts';
import { countProfiles, type Database } from '#store/databases.ts';
import type { Muster, OnProgress } from './muster.ts';
import { changeRowRules } from './rebuild.ts';

/** What `muster database set --json` prints. */
export interface RulesReport {
  readonly database: string;
  readonly defaultCountry: string | null;
  readonly normalising: Chosen;
  readonly unknownConsent: 'passes' | 'blocks';
  readonly changed: boolean;
  readonly profiles: number;
  /** People whose rows come out otherwise: the next sync tells Meta of them and of nobody else. */
  readonly touched: number;
  readonly dryRun: boolean;
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
    /** Work out what would happen and change nothing. */
    readonly dryRun: boolean;
  },
  onProgress: OnProgress,
): Promise<RulesReport> {
  const rules = {
    defaultCountry: wish.country ?? database.defaultCountry,
    normalising: { ...database.normalising, ...wish.normalising },
  };
  const before = database.unknownConsentPasses ? 'passes' : 'blocks';
  const unknownConsent = wish.unknownConsent ?? before;
  const { dryRun } = wish;
  if (unknownConsent !== before && !dryRun) {
    const passes = unknownConsent === 'passes';
    await muster.store.tx((tx) => setUnknownPasses(tx, database.id, passes));
  }
  const { ruled, touched } = await changeRowRules(muster, database, rules, { dryRun }, onProgress);
  return {
    database: database.name,
    ...rules,
    unknownConsent,
    changed: unknownConsent !== before || ruled.rowVersion !== database.rowVersion,
    profiles: await countProfiles(muster.store, database.id),
    touched,
    dryRun,
  };
}
