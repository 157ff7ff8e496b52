import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { forgetPerson, setConsent } from '#sync/consent.ts';
import type { SyncReport } from '#sync/reports.ts';
import { planAudience } from '#sync/apply.ts';
import { syncAudience } from '#sync/sync.ts';
import { Chance } from './chance.ts';
import { openPlace, type Place } from './place.ts';
import { sha256, wireOrder } from './values.ts';

/** Somebody opts out or is erased; what leaves, what stays, and what is never sent again. */
let place: Place;

beforeEach(async () => {
  place = await openPlace(new Chance(1));
  await place.createAudience('gold', { trait: 'plan', op: 'equals', value: 'gold' });
});
afterEach(async () => {
  await place[Symbol.asyncDispose]();
});

const manual = { wait: false, trigger: 'manual' } as const;

async function receive(csv: string, mirror = false): Promise<void> {
  await place.receive(`${csv.trim().replaceAll(/\n\s+/g, '\n')}\n`, { mirror });
}

async function sync(): Promise<SyncReport> {
  return await syncAudience(place.muster, 'gold', manual, () => {});
}

async function held(): Promise<string[]> {
  const { metaAudienceId } = await sync();
  return await place.heldRows(metaAudienceId);
}

async function heldNow(): Promise<string[]> {
  const [link] = await place.muster.store.query<{ id: string }>(
    'select meta_audience_id as id from link',
  );
  return await place.heldRows(link?.id ?? null);
}

function rows(...people: Record<string, string>[]): string[] {
  const plain = ['EXTERN_ID', 'MADID'];
  return people
    .map((person) =>
      wireOrder.map((key) => {
        const value = person[key] ?? '';
        return value === '' || plain.includes(key) ? value : sha256(value);
      }),
    )
    .map((cells) => JSON.stringify(cells))
    .toSorted();
}

async function smallestAfterRemoval(people: number): Promise<void> {
  const body = JSON.stringify({ smallestAfterRemoval: people });
  await place.sandbox.fetch(
    new Request('http://sandbox.invalid/_sandbox/settings', { method: 'POST', body }),
  );
}

const say = (externalId: string, consent: 'yes' | 'no') =>
  setConsent(place.muster, { externalId, database: 'main', consent });
const forget = (externalId: string) => forgetPerson(place.muster, { externalId, database: 'main' });

const mother = { EXTERN_ID: '1', EMAIL: 'home@x.org', PHONE: '4915123456789' };
const son = { EXTERN_ID: '2', EMAIL: 'home@x.org', PHONE: '4917123456789' };
const family = `
  id,email,phone,plan
  1,home@x.org,+4915123456789,gold
  2,home@x.org,+4917123456789,gold`;

describe('a no', () => {
  it('leaves at once, with the value that a sharer keeps, and the sharer is said again without it', async () => {
    await receive(family);
    expect(await held()).toEqual(rows(mother, son));
    const report = await say('1', 'no');
    expect(report).toMatchObject({ state: 'left', audiences: [{ audience: 'gold' }] });
    expect(await heldNow()).toEqual([]);
    expect(await held()).toEqual(rows({ ...son, EMAIL: '' }));
    expect(await sync()).toMatchObject({ requestsUsed: 0, state: 'succeeded', members: 1 });
  });

  it('says the removal once more where the addition may still land', async () => {
    await receive(family);
    await sync();
    // At once: the window of the addition is still open.
    const report = await say('1', 'no');
    expect(report.state).toBe('left');
    expect(report.seconds).toBeLessThan(15);
    const lane = await place.muster.store.query('select 1 from operation where lane');
    expect(lane.length).toBeGreaterThan(1);
  });

  it('outlives files, a deletion and a new profile; a yes lifts it', async () => {
    await receive('id,email,plan,opt_in\n1,ann@x.org,gold,yes');
    await sync();
    await say('1', 'no');
    await receive('id,email,plan,opt_in\n1,ann@x.org,gold,yes\n2,bob@x.org,gold,yes');
    const bob = { EXTERN_ID: '2', EMAIL: 'bob@x.org' };
    expect(await held()).toEqual(rows(bob));
    await receive('id,email,plan,opt_in\n2,bob@x.org,gold,yes\n', true);
    await receive('id,email,plan,opt_in\n1,ann@x.org,gold,yes\n2,bob@x.org,gold,yes');
    expect(await held()).toEqual(rows(bob));
    expect(await sync()).toMatchObject({ heldBack: { suppressed: 1 } });
    expect(await say('1', 'yes')).toMatchObject({ state: 'nothing to remove' });
    expect(await held()).toEqual(rows(bob, { EXTERN_ID: '1', EMAIL: 'ann@x.org' }));
  });

  it('gives the shared value back to its sharer with a yes', async () => {
    await receive(family);
    await sync();
    await say('1', 'no');
    expect(await held()).toEqual(rows({ ...son, EMAIL: '' }));
    await say('1', 'yes');
    expect(await held()).toEqual(rows(mother, son));
  });

  it('in a file does the same, whichever came first', async () => {
    await receive(`${family.replace('plan', 'plan,opt_in').replaceAll(/gold$/gm, 'gold,yes')}`);
    expect(await held()).toEqual(rows(mother, son));
    await receive('id,opt_in\n1,no');
    expect(await held()).toEqual(rows({ ...son, EMAIL: '' }));
    await receive('id,email,plan,opt_in\n3,home@x.org,gold,yes\n4,own@x.org,gold,yes');
    const fourth = { EXTERN_ID: '4', EMAIL: 'own@x.org' };
    // The third has nothing but the address of somebody who said no.
    expect(await held()).toEqual(rows({ ...son, EMAIL: '' }, fourth));
    expect(await sync()).toMatchObject({ heldBack: { noConsent: 1, suppressed: 1 } });
    await receive('id,opt_in\n1,yes');
    const third = { EXTERN_ID: '3', EMAIL: 'home@x.org' };
    expect(await held()).toEqual(rows(mother, son, third, fourth));
  });

  it('is counted among the removed of the next run, and is no plan of its own', async () => {
    await receive(family);
    await sync();
    place.clock.nowMs += 1_000;
    await say('1', 'no');
    expect(await planAudience(place.muster, 'gold', () => {})).toMatchObject({ removes: 0 });
    expect(await sync()).toMatchObject({ removed: 1, members: 1 });
    expect(await sync()).toMatchObject({ removed: 0 });
  });
});

describe('the guard', () => {
  it('does not count who opted out, and the plan says how many would remain', async () => {
    const crowd = (plan: (i: number) => string) =>
      `id,email,plan,opt_in\n${Array.from({ length: 40 }, (_, i) => `${i},p${i}@x.org,${plan(i)}`).join('\n')}`;
    await receive(crowd(() => 'gold,yes'));
    await sync();
    place.clock.nowMs += 60_000;
    await receive(crowd((i) => (i < 15 ? 'gold,no' : 'gold,yes')));
    expect(await sync()).toMatchObject({ state: 'succeeded', removed: 15, members: 25 });
    // Fifteen and eight are more than half of forty; eight of twenty-five are not.
    await receive(crowd((i) => (i < 15 ? 'gold,no' : i < 23 ? 'free,yes' : 'gold,yes')));
    const plan = await planAudience(place.muster, 'gold', () => {});
    expect(plan).toMatchObject({ removes: 8, remaining: 17, guard: { verdict: 'pass' } });
    expect(plan.mayBeRefused).toEqual([expect.stringContaining('only 17 people would remain')]);
    expect(await sync()).toMatchObject({ state: 'succeeded', removed: 8, members: 17 });
  });
});

describe('what Meta refuses', () => {
  it('leaves through the whole account where the audience alone would become too small', async () => {
    await receive(family);
    await sync();
    await smallestAfterRemoval(1_000);
    expect(await say('1', 'no')).toMatchObject({ state: 'left' });
    expect(await heldNow()).toEqual([]);
    expect(await held()).toEqual(rows({ ...son, EMAIL: '' }));
  });

  it('is no failure where somebody just left either', async () => {
    await receive(family);
    await sync();
    await smallestAfterRemoval(1_000);
    await receive('id,plan\n1,free');
    expect(await sync()).toMatchObject({ state: 'partial', error: { code: 'META_REFUSED' } });
  });
});

describe('an erasure', () => {
  it('takes the person away here and everywhere at Meta, and leaves nothing of them', async () => {
    await receive(family);
    await sync();
    const report = await forget('1');
    expect(report).toMatchObject({
      audiences: [{ audience: 'gold', state: 'removed' }],
      adAccounts: [{ state: 'removed' }],
      mayRemain: [],
      state: 'settled',
    });
    expect(await held()).toEqual(rows({ ...son, EMAIL: '' }));
    place.clock.nowMs += 10 * 60_000;
    expect(await forget('1')).toMatchObject({ state: 'settled', erasureId: report.erasureId });
    const { store } = place.muster;
    const left = await store.query(
      `select id from match_row where keys && (select keys from match_row limit 0)
       union all select id from profile where external_id = '1'`,
    );
    expect(left).toEqual([]);
    const [{ count } = { count: -1 }] = await store.query<{ count: number }>(
      'select count(*) as count from match_row',
    );
    expect(count).toBe(1);
  });

  it('is not undone by the same file, nor by a yes', async () => {
    await receive(family);
    await sync();
    await forget('1');
    await receive(family);
    expect(await held()).toEqual(rows({ ...son, EMAIL: '' }));
    place.clock.nowMs += 10 * 60_000;
    await sync();
    await receive(`${family}\n3,new@x.org,,gold`);
    await say('1', 'yes');
    const third = { EXTERN_ID: '3', EMAIL: 'new@x.org' };
    expect(await held()).toEqual(rows({ ...son, EMAIL: '' }, third));
  });

  it('of nobody is refused', async () => {
    await expect(forget('nobody')).rejects.toMatchObject({ code: 'PROFILE_UNKNOWN' });
  });
});
