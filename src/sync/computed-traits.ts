import { MusterError } from '#domain/errors/muster-error.ts';
import type { IdentifierField } from '#domain/identifier-keys.ts';
import { matchRowMaker } from '#profiles/match-rows.ts';
import { settingOf } from '#profiles/row-version.ts';
import { writeComputed } from '#profiles/computed.ts';
import { fieldByKey } from '#sources/aliases.ts';
import {
  addComputedTrait,
  beginEnd,
  beginLook,
  type ComputedTrait,
  computeValues,
  endLook,
  listComputedTraits,
  noteDue,
  removeComputedTrait,
  whoHas,
  whoMayDiffer,
} from '#store/computed-traits.ts';
import { readDatabase } from '#store/databases.ts';
import type { Tx } from '#store/db.ts';
import { IdSupply } from '#store/id-supply.ts';
import { lockProfiles } from '#store/inbox.ts';
import { addTraits } from '#store/traits.ts';
import type { Muster } from './muster.ts';
import { yearOf } from './rebuild.ts';
import { refreshMembers } from './refresh.ts';

/** Enough for a statement to be worth its while, few enough not to keep calls waiting. */
const PEOPLE_A_STEP = 2_000;

/** A trait to be worked out; `key` names the identifier that it feeds besides, such as LOOKALIKE_VALUE. */
interface TraitWish extends Omit<ComputedTrait, 'id' | 'database' | 'field'> {
  readonly key: string | null;
}

/**
 * Makes a computed trait, works it out for everybody and looks who belongs where by it.
 * @throws MusterError TRAIT_INVALID, TRAIT_EXISTS
 */
export async function makeComputedTrait(muster: Muster, wish: TraitWish): Promise<ComputedTrait> {
  const { key, ...asked } = wish;
  const { databaseId, name } = wish;
  const field = key === null ? null : (fieldByKey(key) ?? null);
  if (key !== null && (field === null || field === 'externalId')) {
    throw new MusterError('TRAIT_INVALID', `“${key}” is no identifier that a trait can feed`);
  }
  const made = await muster.store.tx(async (tx) => {
    const trait = await addComputedTrait(tx, { ...asked, field });
    const type = ['count', 'sum', 'average'].includes(wish.function) ? 'number' : 'text';
    await addTraits(tx, databaseId, [{ name, field: null, type, isList: false }]);
    return trait;
  });
  await refreshComputedTraits(muster, databaseId);
  await refreshMembers(muster, { databaseId, atOnce: null });
  return made;
}

/**
 * Brings worked-out traits up to date where events came, people became one, or time took an event
 * away. Somebody who holds the profiles is left alone: the next look comes.
 * @returns how many people changed.
 */
export async function refreshComputedTraits(
  muster: Muster,
  databaseId: number | null,
): Promise<number> {
  let changed = 0;
  for (const trait of await listComputedTraits(muster.store, databaseId)) {
    changed += await refreshOne(muster, trait);
  }
  return changed;
}

async function refreshOne(muster: Muster, trait: ComputedTrait): Promise<number> {
  const { store } = muster;
  const look = await beginLook(store, trait);
  let changed = 0;
  let afterId = 0;
  for (;;) {
    const page = { afterId, limit: PEOPLE_A_STEP };
    const ids = await whoMayDiffer(store, trait, look, page);
    const last = ids.at(-1);
    if (last === undefined) break;
    const step = await writeStep(muster, trait, ids, false);
    // Not to its end, so the next look begins where this one did.
    if (step === null) return changed;
    changed += step;
    afterId = last;
  }
  await endLook(store, trait, look, afterId > 0);
  return changed;
}

/** Null: somebody else has the profiles. */
async function writeStep(
  muster: Muster,
  trait: ComputedTrait,
  ids: readonly number[],
  isOver: boolean,
): Promise<number | null> {
  return await muster.store.tx(async (tx) => {
    if (!(await lockProfiles(tx, trait.databaseId, isOver))) return null;
    const computed = isOver
      ? ids.map((id) => ({ id, value: null, until: null }))
      : await computeValues(tx, trait, ids);
    await noteDue(tx, trait, computed);
    const { name } = trait;
    const field = trait.field as IdentifierField | null;
    const values = new Map(computed.map(({ id, value }) => [id, value]));
    const receiving = await receivingOf(muster, tx, trait.databaseId);
    return await writeComputed(tx, trait.databaseId, receiving, { name, field }, values);
  });
}

async function receivingOf(muster: Muster, tx: Tx, databaseId: number) {
  const database = await readDatabase(tx, databaseId);
  return {
    makeMatchRows: matchRowMaker(settingOf(database, yearOf(muster))),
    profileIds: new IdSupply('profile_id'),
    matchRowIds: new IdSupply('match_row_id'),
    identityIds: new IdSupply('identity_id'),
  };
}

/** Takes the values away from everybody, then the trait. Begun again after a stop, it goes on. */
export async function dropComputedTrait(muster: Muster, trait: ComputedTrait): Promise<void> {
  await beginEnd(muster.store, trait);
  for (;;) {
    const ids = await whoHas(muster.store, trait, PEOPLE_A_STEP);
    if (ids.length === 0) break;
    await writeStep(muster, trait, ids, true);
  }
  await muster.store.tx((tx) => removeComputedTrait(tx, trait));
}
