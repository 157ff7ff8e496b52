import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findAudience } from '#store/audiences.ts';
import { findDatabase } from '#store/databases.ts';
import { findIntegration } from '#store/connections.ts';
import { setRequiredConsents, setUnknownPasses } from '#store/consent-settings.ts';
import { forgetPerson, setConsent } from '#sync/consent.ts';
import type { SyncReport } from '#sync/reports.ts';
import { serveLanesOf } from '#sync/consent.ts';
import { addProfile, showProfile } from '#sync/profiles.ts';
import { changeRules } from '#sync/row-rules.ts';
import { syncAudience } from '#sync/sync.ts';
import { explainPerson } from '#sync/why.ts';
import { Chance } from './chance.ts';
import { openPlace, type Place } from './place.ts';
import { sha256 } from './values.ts';

/** Consent by category: who may be sent where, and who leaves when they say no. */
let place: Place;

beforeEach(async () => {
  place = await openPlace(new Chance(1));
  await place.createAudience('gold', { trait: 'plan', op: 'equals', value: 'gold' });
});
afterEach(async () => {
  await place[Symbol.asyncDispose]();
});

async function receive(csv: string): Promise<void> {
  await place.receive(`${csv.trim().replaceAll(/\n\s+/g, '\n')}\n`, {});
}

async function sync(): Promise<SyncReport> {
  const report = await syncAudience(
    place.muster,
    'gold',
    { wait: false, trigger: 'manual' },
    () => {},
  );
  place.clock.nowMs += 60_000;
  return report;
}

/** The External IDs that the sandbox holds. */
async function held(): Promise<string[]> {
  const [link] = await place.muster.store.query<{ id: string }>(
    'select meta_audience_id as id from link',
  );
  const rows = await place.heldRows(link?.id ?? null);
  return rows.map((row) => (JSON.parse(row) as string[])[0] ?? '').toSorted();
}

async function ask(...categories: string[]): Promise<void> {
  const { store } = place.muster;
  const integration = await findIntegration(store, 'sandbox');
  await store.tx((tx) => setRequiredConsents(tx, integration, categories));
}

const people = `
  id,email,plan,consent.newsletter,consent.newsletter.basis,consent.ads
  1,a@x.org,gold,yes,contract,yes
  2,b@x.org,gold,no,,yes
  3,c@x.org,gold,,,
  4,d@x.org,gold,yes,consent,no`;

describe('consent by category', () => {
  it('filters nobody while no integration asks for it', async () => {
    await receive(people);
    expect(await sync()).toMatchObject({ added: 4, heldBack: { noConsent: 0, noConsentBy: {} } });
  });

  it('lets those in who said yes to all that the integration asks for', async () => {
    await ask('newsletter', 'ads');
    await receive(people);
    expect(await sync()).toMatchObject({
      ...{ added: 1, members: 1 },
      heldBack: { noConsent: 3, noConsentBy: { category: 3 } },
    });
    expect(await held()).toEqual(['1']);
    const why = await explainPerson(place.muster, 'gold', '2');
    expect(why).toMatchObject({
      ...{ consentPasses: false, consentRefusal: 'category', missingConsents: ['newsletter'] },
      conclusion:
        'Does not belong: the integration asks for consent that is missing, to newsletter, and is not at Meta.',
    });
  });

  it('a later no leaves by the lane; a blank, which is not a no, with the next run', async () => {
    await ask('newsletter');
    await receive(`
      id,email,plan,consent.newsletter
      1,a@x.org,gold,yes
      2,b@x.org,gold,yes
      3,c@x.org,gold,yes`);
    expect(await sync()).toMatchObject({ added: 3 });
    await receive(`
      id,consent.newsletter
      1,no
      2,`);
    expect(await serveLanesOf(place.muster, 'main')).toEqual({ problem: null, rows: 0 });
    expect(await held()).toEqual(['2', '3']);
    expect(await sync()).toMatchObject({ members: 1 });
    expect(await held()).toEqual(['3']);
  });

  it('a no to what nobody asks for moves nothing, and leaves once it is asked for', async () => {
    await receive(people);
    await sync();
    await ask('ads');
    await serveLanesOf(place.muster, 'main');
    expect(await held()).toEqual(['1', '2', '3']);
    expect(await sync()).toMatchObject({ members: 2 });
    expect(await held()).toEqual(['1', '2']);
    await ask();
    expect(await sync()).toMatchObject({ members: 4 });
    expect(await held()).toEqual(['1', '2', '3', '4']);
  });

  it('a value of somebody who said no is nobody else’s where it is asked for', async () => {
    await ask('newsletter');
    await receive(`
      id,email,phone,plan,consent.newsletter
      1,home@x.org,+4915123456789,gold,no
      2,home@x.org,+4917123456789,gold,yes
      3,home@x.org,,gold,yes`);
    expect(await sync()).toMatchObject({ members: 2, heldBack: { suppressed: 1 } });
    const [row] = await place.heldRows(
      (await place.muster.store.query<{ id: string }>('select meta_audience_id as id from link'))[0]
        ?.id ?? null,
    );
    expect(JSON.parse(row ?? '[]')).toMatchObject({ 0: '2', 1: '' });
  });

  it('what was said directly is not overruled by a file', async () => {
    await ask('newsletter');
    await receive(people);
    await sync();
    const no = {
      externalId: '1',
      database: 'main',
      consent: 'no',
      category: 'newsletter',
    } as const;
    expect(await setConsent(place.muster, no)).toMatchObject({ state: 'left' });
    expect(await held()).toEqual(['4']);
    await receive(`
      id,consent.newsletter
      1,yes`);
    expect(await sync()).toMatchObject({ members: 1 });
    await setConsent(place.muster, { ...no, consent: 'yes' });
    expect(await sync()).toMatchObject({ members: 2 });
    expect(await held()).toEqual(['1', '4']);
  });

  it('of one person in one file several times the strictest answer counts', async () => {
    const repeated = `
      id,email,plan,consent.newsletter,consent.ads
      1,a@x.org,gold,no,yes
      1,a@x.org,gold,yes,
      1,a@x.org,gold,yes,yes`;
    const read = async () =>
      await place.muster.store.query('select external_id as id, consents from profile order by id');
    await receive(repeated);
    expect(await read()).toEqual([{ id: '1', consents: { newsletter: { given: false } } }]);
    await receive(`
      id,consent.newsletter,consent.ads
      1,yes,yes`);
    const yes = { given: true };
    expect(await read()).toEqual([{ id: '1', consents: { newsletter: yes, ads: yes } }]);
    await receive(repeated);
    expect(await read()).toEqual([{ id: '1', consents: { newsletter: { given: false } } }]);
  });
});

describe('signals against sale and sharing', () => {
  it('are a no to everything, whatever a file says of marketing', async () => {
    await receive(`
      id,email,plan,marketing_consent,gpc,us_privacy
      1,a@x.org,gold,yes,1,
      2,b@x.org,gold,yes,0,1YYN
      3,c@x.org,gold,yes,,1YNN`);
    expect(await sync()).toMatchObject({
      ...{ added: 1, members: 1 },
      heldBack: { noConsent: 2, noConsentBy: { saleSharing: 2 } },
    });
    expect(await held()).toEqual(['3']);
    await receive(`
      id,do_not_sell
      3,yes`);
    await serveLanesOf(place.muster, 'main');
    expect(await held()).toEqual([]);
  });
});

describe('what an unknown consent means', () => {
  it('is the database’s to say', async () => {
    const { store } = place.muster;
    await receive(`
      id,email,plan,marketing_consent
      1,a@x.org,gold,yes
      2,b@x.org,gold,`);
    expect(await sync()).toMatchObject({ members: 2 });
    await store.tx((tx) => setUnknownPasses(tx, 1, false));
    expect(await sync()).toMatchObject({
      ...{ removed: 1, members: 1 },
      heldBack: { noConsent: 1, noConsentBy: { unknown: 1 } },
    });
    expect(await held()).toEqual(['1']);
    await store.tx((tx) => setUnknownPasses(tx, 1, true));
    expect(await sync()).toMatchObject({ added: 1, members: 2 });
  });
});

describe('an attempt that consent stopped', () => {
  const interactions = async () => {
    const who = { database: 'main', externalId: '2' };
    const { interactions: found } = await showProfile(place.muster, who);
    return found.map(({ since, until, ...one }) => ({ ...one, open: until === null, since }));
  };

  it('is written once when it begins, changes no count and no moment, and is kept when it is over', async () => {
    await receive(`
      id,email,plan,marketing_consent
      1,a@x.org,gold,yes
      2,b@x.org,gold,no`);
    await sync();
    const before = await findAudience(place.muster.store, 'gold');
    expect(before.memberCount).toBe(1);
    const [first] = await interactions();
    const about = { kind: 'negative consent', audience: 'gold', way: 'rule', reason: 'no' };
    expect(first).toMatchObject({ ...about, open: true });
    await receive(`
      id,spent
      2,100`);
    await sync();
    expect(await interactions()).toEqual([first]);
    const after = await findAudience(place.muster.store, 'gold');
    expect(after.membersChangedAt).toEqual(before.membersChangedAt);
    await receive(`
      id,marketing_consent
      2,yes`);
    await sync();
    expect(await interactions()).toEqual([{ ...first, open: false }]);
    await receive(`
      id,marketing_consent
      2,no`);
    await sync();
    expect(await interactions()).toMatchObject([
      { ...first, open: false },
      { ...about, open: true },
    ]);
  });
});

describe('which of several values are sent', () => {
  it('changes the rows of those whom it touches, and throws nobody out', async () => {
    const { store } = place.muster;
    await receive(`
      id,email,e_mail,plan
      1,a@x.org,b@x.org,gold
      2,c@x.org,,gold`);
    expect(await sync()).toMatchObject({ added: 2 });
    const change = async (emails: 'first' | 'last', dryRun: boolean) =>
      await changeRules(
        place.muster,
        await findDatabase(store, 'main'),
        { country: null, unknownConsent: null, normalising: { emails }, dryRun },
        () => {},
      );
    const emails = async () => {
      const [link] = await store.query<{ id: string }>('select meta_audience_id as id from link');
      const rows = await place.heldRows(link?.id ?? null);
      return rows.map((row) => (JSON.parse(row) as string[])[1] ?? '').toSorted();
    };
    const hashes = (...names: string[]) => names.map((name) => sha256(`${name}@x.org`)).toSorted();
    expect(await emails()).toEqual(hashes('a', 'b', 'c'));
    expect(await change('last', true)).toMatchObject({ touched: 1, changed: true, dryRun: true });
    expect(await emails()).toEqual(hashes('a', 'b', 'c'));
    expect(await change('last', false)).toMatchObject({ touched: 1 });
    expect(await sync()).toMatchObject({ added: 0, removed: 0, updates: 1, members: 2 });
    await sync();
    expect(await emails()).toEqual(hashes('b', 'c'));
  });
});

describe('the history of a person', () => {
  const history = async (externalId: string) => {
    const { history: found } = await showProfile(place.muster, { database: 'main', externalId });
    return found.map(({ source, about, before, after }) => [source, about, before, after]);
  };

  it('says who changed what, identifiers by their shape, and goes with the person', async () => {
    await receive(`
      id,email,plan,marketing_consent
      1,ana7@x.org,gold,yes
      2,b@x.org,gold,yes`);
    expect(await history('1')).toEqual([]);
    await receive(`
      id,email,plan,marketing_consent
      1,ana@x.org,silver,yes
      2,b@x.org,gold,yes`);
    const file = expect.stringMatching(/^people-\d+\.csv$/) as unknown;
    expect(await history('1')).toEqual([
      [file, 'email', 'aaa9@a.aaa', 'aaa@a.aaa'],
      [file, 'plan', 'gold', 'silver'],
    ]);
    expect(await history('2')).toEqual([]);
    const no = { externalId: '2', database: 'main', consent: 'no', category: 'ads' } as const;
    await setConsent(place.muster, no);
    expect(await history('2')).toMatchObject([
      ['said directly', 'consent.ads', null, { given: false, direct: true }],
    ]);
    const who = { database: 'main', externalId: '2' };
    await addProfile(place.muster, who, { plan: 'silver' }, () => 'by hand');
    expect(await history('2')).toContainEqual(['calls', 'plan', 'gold', 'silver']);
    await forgetPerson(place.muster, who);
    const left = await place.muster.store.query(
      'select distinct profile_id as id from profile_change',
    );
    expect(left).toHaveLength(1);
  });
});
