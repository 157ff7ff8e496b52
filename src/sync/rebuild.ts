import { matchRowMaker } from '#profiles/match-rows.ts';
import { type RowRules, rowVersionOf, settingOf } from '#profiles/row-version.ts';
import { restageProfiles } from '#profiles/stage.ts';
import { type Database, setRowRules } from '#store/databases.ts';
import type { Tx } from '#store/db.ts';
import { withImport } from '#store/imports.ts';
import { hasProfiles, profilePages } from '#store/profiles.ts';
import type { Muster, OnProgress } from './muster.ts';

/** A database under these rules from now on; rows that come out otherwise are made anew. */
export async function applyRowRules(
  muster: Muster,
  database: Database,
  rules: RowRules,
  onProgress: OnProgress,
): Promise<Database> {
  return (await changeRowRules(muster, database, rules, { dryRun: false }, onProgress)).ruled;
}

/** The same, and how many people have other rows by it; a dry run works it out and changes nothing. */
export async function changeRowRules(
  muster: Muster,
  database: Database,
  rules: RowRules,
  how: { readonly dryRun: boolean },
  onProgress: OnProgress,
): Promise<{ ruled: Database; touched: number }> {
  const ruled = underRules(muster, database, rules);
  if (ruled.rowVersion === database.rowVersion) return { ruled, touched: 0 };
  if (await hasProfiles(muster.store, database.id)) {
    return { ruled, touched: await rebuildMatchRows(muster, ruled, how, onProgress) };
  }
  if (!how.dryRun) await setRowRules(muster.store, database.id, ruled);
  return { ruled, touched: 0 };
}

/** The database as it would be under these rules; nothing is written. */
export function underRules(muster: Muster, database: Database, rules: RowRules): Database {
  const rowVersion = rowVersionOf(settingOf(rules, yearOf(muster)));
  const { defaultCountry, normalising } = rules;
  return { ...database, defaultCountry, normalising: { ...normalising }, rowVersion };
}

export function yearOf(muster: Pick<Muster, 'clock'>): number {
  return new Date(muster.clock()).getUTCFullYear();
}

/**
 * Makes every profile's match rows anew by these rules, all visible at once and together with the rules:
 * nobody meets rows that were made by others. Rows that come out the same are kept, so only what the new
 * rules really change is told to Meta.
 */
async function rebuildMatchRows(
  muster: Muster,
  database: Database,
  { dryRun }: { readonly dryRun: boolean },
  onProgress: OnProgress,
): Promise<number> {
  const makeMatchRows = matchRowMaker(settingOf(database, yearOf(muster)));
  return await withImport(
    muster.store,
    database.id,
    'new rules for match rows',
    async (current) => {
      let done = 0;
      for await (const page of profilePages(muster.store, database.id)) {
        const { profiles, matchRows } = await restageProfiles(current, makeMatchRows, page);
        await current.stage(profiles, matchRows);
        done += page.length;
        onProgress({ step: 'rebuild', done, total: null, unit: 'rows' });
      }
      const also = async (tx: Tx): Promise<number> => {
        await setRowRules(tx, database.id, database);
        return 0;
      };
      const options = { mirror: false, consentGiven: false, traits: [], dryRun, also };
      return (await current.merge(options)).updated;
    },
  );
}
