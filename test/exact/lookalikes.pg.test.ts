import { afterEach, beforeEach, expect, it } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import { activateAudience } from '#sync/activate.ts';
import { deleteAtMeta } from '#sync/delete-at-meta.ts';
import {
  deleteLookalike,
  listLookalikes,
  type LookalikeWish,
  makeLookalike,
} from '#sync/lookalikes.ts';
import { syncAudience } from '#sync/sync.ts';
import { Chance } from './chance.ts';
import { openPlace, type Place } from './place.ts';

/** Lookalikes of a linked audience, from the first wish to the deletion of the seed. */
let place: Place;
let seed: string;

const gold = { trait: 'plan', op: 'equals', value: 'gold' };
const germany: LookalikeWish = { country: 'DE', percent: 1, name: null, byValue: false };

beforeEach(async () => {
  place = await openPlace(new Chance(1));
  await place.createAudience('gold', gold);
  const people = Array.from({ length: 300 }, (_, i) => `${i},p${i}@x.org,gold`);
  await place.receive(`id,email,plan\n${people.join('\n')}\n`);
  const report = await syncAudience(
    place.muster,
    'gold',
    { wait: true, trigger: 'manual' },
    () => {},
  );
  seed = must(report.metaAudienceId, 'a synchronised audience is linked');
  place.clock.nowMs += 60_000;
});
afterEach(async () => {
  await place[Symbol.asyncDispose]();
});

async function ask(path: string, body: object): Promise<void> {
  const request = new Request(`http://sandbox.invalid/_sandbox/${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  expect((await place.sandbox.fetch(request)).ok).toBe(true);
}

it('is made, fills up, is listed under its seed and keeps that from being deleted', async () => {
  const made = await makeLookalike(place.muster, 'gold', germany);
  expect(made).toMatchObject({
    name: 'gold, lookalike DE 1 %',
    countries: ['DE'],
    ratio: 0.01,
    byValue: false,
    operationStatus: { code: 441 },
  });
  await makeLookalike(place.muster, 'gold', { ...germany, country: 'AT', percent: 20 });
  place.clock.nowMs += 60_000;
  const listed = await listLookalikes(place.muster, 'gold');
  expect(listed.map(({ countries, ratio }) => [countries, ratio])).toEqual([
    [['AT'], 0.2],
    [['DE'], 0.01],
  ]);
  // 44 million people are in the sandbox's Germany (docs/sandbox.md).
  expect(listed[1]).toMatchObject({ sizeLowest: 440_000, status: 'Ready.' });

  await expect(deleteAtMeta(place.muster, 'gold')).rejects.toThrow(/Delete them first.*2656/);
  await deleteLookalike(place.muster, 'gold', 'gold, lookalike AT 20 %');
  await expect(deleteAtMeta(place.muster, 'gold')).rejects.toThrow('2656');
  await deleteLookalike(place.muster, 'gold', made.metaAudienceId);
  expect(await listLookalikes(place.muster, 'gold')).toEqual([]);
  expect(await deleteAtMeta(place.muster, 'gold')).toMatchObject({ metaAudienceId: seed });
});

it('is refused with the reason, and can be asked for again', async () => {
  const { muster } = place;
  await expect(makeLookalike(muster, 'gold', { ...germany, byValue: true })).rejects.toMatchObject({
    code: 'LOOKALIKE_NOT_BY_VALUE',
  });
  await place.createAudience('new', gold);
  await expect(makeLookalike(muster, 'new', germany)).rejects.toMatchObject({
    code: 'AUDIENCE_NOT_LINKED',
  });
  await activateAudience(muster, 'new');
  // Nobody is in it yet, and Meta wants a hundred.
  await expect(makeLookalike(muster, 'new', germany)).rejects.toThrow(/at least 100 people.*2654/);
  await makeLookalike(muster, 'gold', germany);
  await expect(makeLookalike(muster, 'gold', germany)).rejects.toThrow(/there already.*DE 1 %/);
  await expect(deleteLookalike(muster, 'gold', 'other')).rejects.toMatchObject({
    code: 'LOOKALIKE_UNKNOWN',
  });
  await ask('settings', { lookalikeSeedMin: 0 });
  await makeLookalike(muster, 'new', germany);
});

it('goes by value from a value-based audience', async () => {
  await place.createAudience('best', gold, { valueBased: true });
  await activateAudience(place.muster, 'best');
  await ask('settings', { lookalikeSeedMin: 0 });
  const made = await makeLookalike(place.muster, 'best', { ...germany, byValue: true });
  expect(made).toMatchObject({ byValue: true });
});

it('made by hand at Meta is listed too, and one deleted there can be made anew', async () => {
  const { metaAudienceId } = await makeLookalike(place.muster, 'gold', germany);
  const client = await place.muster.openClient(1);
  const where = { account: client.adAccount, audienceId: metaAudienceId };
  expect((await client.meta.deleteAudience(where)).outcome).toBe('clean');
  const byHand = await client.meta.createLookalike({
    ...{ account: client.adAccount, name: 'By hand', description: '', originAudienceId: seed },
    ...{ country: 'DE', ratio: 0.02 },
  });
  expect(byHand.outcome).toBe('clean');
  await makeLookalike(place.muster, 'gold', germany);
  const names = (await listLookalikes(place.muster, 'gold')).map(({ name }) => name);
  expect(names).toEqual(['gold, lookalike DE 1 %', 'By hand']);
});

it.each(['resetAfter', 'serverErrorAfter', 'truncatedBody', 'resetBefore', 'transient'])(
  'is made once under %s',
  async (name) => {
    await ask('faults', { name, on: 'audiences.create' });
    const made = await makeLookalike(place.muster, 'gold', germany);
    const ids = (await listLookalikes(place.muster, 'gold')).map((one) => one.metaAudienceId);
    expect(ids).toEqual([made.metaAudienceId]);
  },
);
