import { matchRowMaker } from '#profiles/match-rows.ts';
import { settingOf } from '#profiles/row-version.ts';
import { restageProfiles } from '#profiles/stage.ts';
import type { Database } from '#store/databases.ts';
import { withImport } from '#store/imports.ts';
import { hasProfiles, profilePages } from '#store/profiles.ts';
import type { Muster, OnProgress } from './muster.ts';

/**
 * Makes every profile's match rows anew by the database's rules, all visible at once. Rows that come
 * out the same are kept, so only what the new rules really change is told to Meta.
 */
export async function rebuildMatchRows(
  muster: Muster,
  database: Database,
  onProgress: OnProgress,
): Promise<void> {
  if (!(await hasProfiles(muster.store, database.id))) return;
  const currentYear = new Date(muster.clock()).getUTCFullYear();
  const makeMatchRows = matchRowMaker(settingOf(database.defaultCountry, currentYear));
  await withImport(muster.store, database.id, 'new rules for match rows', async (current) => {
    let done = 0;
    for await (const page of profilePages(muster.store, database.id)) {
      const { profiles, matchRows } = await restageProfiles(current, makeMatchRows, page);
      await current.stage(profiles, matchRows);
      done += page.length;
      onProgress({ step: 'rebuild', done, total: null, unit: 'rows' });
    }
    await current.merge({ mirror: false, consentGiven: false, traits: [], dryRun: false });
  });
}
