import { MusterError } from '#domain/errors/muster-error.ts';
import { problemError } from '#meta/problems.ts';
import { findAudience, lockRules, readAudience } from '#store/audiences.ts';
import { renameAudience } from '#store/lifecycle.ts';
import { activeLink } from '#store/links.ts';
import { clientOf } from './client-of.ts';
import type { Muster } from './muster.ts';
import { renameInRules, renameInScenarios } from './rule-references.ts';

const TRIES_MAX = 4;
const TRY_FIRST_MS = 500;

export interface Renamed {
  readonly audience: string;
  readonly formerly: string;
  /** Null: the name at Meta is what it was. */
  readonly nameAtMeta: string | null;
  /** Audiences whose rules ask about it, now by its new name. */
  readonly askedAboutBy: readonly string[];
}

/**
 * Gives an audience another name here, in the rules and scenarios that name it, and at Meta if wished. The property
 * by which calls fill it stays.
 * Meta goes first: where it refuses, nothing has changed anywhere, and the same again does no harm.
 * @throws MusterError AUDIENCE_EXISTS, AUDIENCE_NOT_LINKED, META_…
 */
export async function renameEverywhere(
  muster: Muster,
  name: string,
  wish: { newName: string; atMeta: boolean },
): Promise<Renamed> {
  const { store } = muster;
  const { newName, atMeta } = wish;
  const audience = await findAudience(store, name);
  if (newName === '') throw new MusterError('USAGE', 'the new name is empty');
  const taken = await store.query('select 1 from audience where name = $1 and id <> $2', [
    newName,
    audience.id,
  ]);
  if (taken.length > 0) throw new MusterError('AUDIENCE_EXISTS', `“${newName}”`);
  if (atMeta) {
    const link = await activeLink(store, audience.id);
    if (link === null) throw new MusterError('AUDIENCE_NOT_LINKED', `“${name}”`);
    const { meta, adAccount } = await clientOf(muster, audience);
    const place = { account: adAccount, audienceId: link.metaAudienceId };
    for (let attempt = 1; ; attempt++) {
      const answer = await meta.updateAudience(place, { name: newName });
      if (answer.outcome === 'clean') break;
      const { problem } = answer;
      if (problem.class !== 'retry' || attempt === TRIES_MAX) throw problemError(problem);
      await muster.sleep(TRY_FIRST_MS * 2 ** (attempt - 1));
    }
  }
  const askedAboutBy = await store.tx(async (tx) => {
    await lockRules(tx, audience.databaseId);
    // Somebody else may have renamed it meanwhile: rules ask by the name that it has now.
    const current = await readAudience(tx, audience.id);
    await renameInScenarios(tx, current, newName);
    await renameAudience(tx, audience.id, newName);
    return await renameInRules(tx, audience.databaseId, { name: current.name, newName });
  });
  return { audience: newName, formerly: name, nameAtMeta: atMeta ? newName : null, askedAboutBy };
}
