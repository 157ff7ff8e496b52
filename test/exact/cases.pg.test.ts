import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitCodeOf } from '#cli/run-report.ts';
import { findAudience } from '#store/audiences.ts';
import { rejectedPeople } from '#store/rejected.ts';
import { applyPlan, planAudience, releaseHeldRun } from '#sync/apply.ts';
import type { SyncReport } from '#sync/reports.ts';
import { syncAudience } from '#sync/sync.ts';
import { Chance } from './chance.ts';
import { type FileOptions, openPlace, type Place } from './place.ts';
import { sha256, wireOrder } from './values.ts';

/** One thing that happens to people at a time, with the rows that Meta should hold after it. */
let place: Place;
let lastReport: SyncReport;

beforeEach(async () => {
  place = await openPlace(new Chance(1));
  await place.createAudience('gold', { trait: 'plan', op: 'equals', value: 'gold' });
});
afterEach(async () => {
  await place[Symbol.asyncDispose]();
});

/** Imports and synchronises; gives the rows held and how many requests that took. */
async function say(
  csv: string,
  options: FileOptions = {},
): Promise<{ rows: string[]; requests: number }> {
  await place.receive(`${csv.trim().replaceAll(/\n\s+/g, '\n')}\n`, options);
  return await synchronise();
}

async function synchronise(): Promise<{ rows: string[]; requests: number }> {
  const before = await place.uploads();
  lastReport = await syncAudience(place.muster, 'gold', manual, () => {});
  const requests = (await place.uploads()) - before;
  return { rows: await place.heldRows(lastReport.metaAudienceId), requests };
}

const manual = { wait: false, trigger: 'manual' } as const;

/** Rows as the sandbox shows them, from the plain values of each. */
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

const ann = { EXTERN_ID: '1', EMAIL: 'ann@x.org', PHONE: '4915123456789' };
const bob = { EXTERN_ID: '2', EMAIL: 'bob@x.org', PHONE: '4917123456789' };
const annAndBob = `
  id,email,phone,plan
  1,Ann@X.org,+49 151 23456789,gold
  2,bob@x.org,+49 171 23456789,gold`;

describe('somebody changes', () => {
  it('gets a new e-mail: the old one leaves, and who else was there stays', async () => {
    expect(await say(annAndBob)).toEqual({ rows: rows(ann, bob), requests: 1 });
    const changed = await say('id,email\n1,ann@new.org');
    // A removal of the old address, an addition, and the addition again once the removal settled.
    expect(changed).toEqual({ rows: rows({ ...ann, EMAIL: 'ann@new.org' }, bob), requests: 3 });
    expect(lastReport).toMatchObject({ adds: 0, removes: 0, added: 0, removed: 0 });
  });

  it('gains a phone: an addition and no removal', async () => {
    await say('id,email,phone,plan\n1,ann@x.org,,gold\n2,bob@x.org,+4917123456789,gold');
    expect(await say('id,phone\n1,+4915123456789')).toEqual({ rows: rows(ann, bob), requests: 1 });
  });

  it('loses a phone by a blank cell, and keeps it where the column is not there', async () => {
    await say(annAndBob);
    expect(await say('id,plan\n1,gold')).toEqual({ rows: rows(ann, bob), requests: 0 });
    const { rows: held } = await say('id,phone\n1,');
    expect(held).toEqual(rows({ ...ann, PHONE: '' }, bob));
  });

  it('gets a new name: an addition that replaces, and no removal', async () => {
    await say('id,email,surname,plan\n1,ann@x.org,Smith,gold');
    const changed = await say("id,surname\n1,O'Neill");
    const row = { EXTERN_ID: '1', EMAIL: 'ann@x.org', LN: 'oneill' };
    expect(changed).toEqual({ rows: rows(row), requests: 1 });
  });

  it('has two e-mails, then another second one, then one', async () => {
    const map = { map: 'EMAIL=mail,EMAIL=mail2' };
    const one = { EXTERN_ID: '1', EMAIL: 'a@x.org' };
    const first = await say('id,mail,mail2,plan\n1,a@x.org,b@x.org,gold', map);
    expect(first).toEqual({ rows: rows(one, { ...one, EMAIL: 'b@x.org' }), requests: 1 });
    const second = await say('id,mail,mail2,plan\n1,a@x.org,c@x.org,gold', map);
    expect(second.rows).toEqual(rows(one, { ...one, EMAIL: 'c@x.org' }));
    const third = await say('id,mail,mail2,plan\n1,a@x.org,,gold', map);
    expect(third.rows).toEqual(rows(one));
  });

  it('gets a phone that reads otherwise under another default country', async () => {
    const csv = 'id,email,phone,plan\n1,ann@x.org,0151 23456789,gold';
    expect((await say(csv)).rows).toEqual(rows({ ...ann, PHONE: '' }));
    expect((await say(csv, { country: 'DE' })).rows).toEqual(rows(ann));
    const austrian = { ...ann, PHONE: '4315123456789' };
    expect((await say('id,plan\n9,free', { country: 'AT' })).rows).toEqual(rows(austrian));
    // It is kept: a file without --country is read by it.
    expect(await say(csv)).toEqual({ rows: rows(austrian), requests: 0 });
  });
});

describe('somebody leaves', () => {
  it('no longer matches, and comes back', async () => {
    await say(annAndBob);
    expect(await say('id,plan\n1,free')).toEqual({ rows: rows(bob), requests: 1 });
    expect(lastReport).toMatchObject({ removed: 1, members: 1 });
    expect(await say('id,plan\n1,gold')).toEqual({ rows: rows(ann, bob), requests: 1 });
  });

  it('is deleted by a mirror only, and is somebody new when taken in again', async () => {
    await say(annAndBob);
    const bobAlone = 'id,email,phone,plan\n2,bob@x.org,+4917123456789,gold';
    expect(await say(bobAlone)).toEqual({ rows: rows(ann, bob), requests: 0 });
    expect(await say(bobAlone, { mirror: true })).toEqual({ rows: rows(bob), requests: 1 });
    expect((await say(annAndBob)).rows).toEqual(rows(ann, bob));
    expect((await say('id,email,plan\n2,bob@x.org,gold', { mirror: true })).rows).toEqual(
      rows(bob),
    );
  });

  it('is not deleted by a mirror of which a row could not be read, and the report says so', async () => {
    await say(annAndBob);
    const cut = await place.receive('id,email,plan\n3,c@x.org\n2,bob@x.org,gold\n', {
      mirror: true,
    });
    expect(cut).toMatchObject({ rejected: 1, deleted: 0, mirrorSkipped: true });
    const whole = await place.receive('id,email,plan\n2,bob@x.org,gold\n', { mirror: true });
    expect(whole).toMatchObject({ rejected: 0, deleted: 1, mirrorSkipped: false });
  });

  it('leaves while a sharer stays, and takes nothing that the sharer has', async () => {
    const family = { PHONE: '4915123456789', EMAIL: 'home@x.org' };
    const [mother, son] = [
      { EXTERN_ID: '1', ...family },
      { EXTERN_ID: '2', ...family },
    ];
    const people = (sonsPlan: string) => `
      id,email,phone,plan
      1,home@x.org,+4915123456789,gold
      2,home@x.org,+4915123456789,${sonsPlan}`;
    expect((await say(people('gold'))).rows).toEqual(rows(mother, son));
    expect((await say(people('free'))).rows).toEqual(rows(mother));
    expect((await say(people('gold'))).rows).toEqual(rows(mother, son));
    expect((await say('id,plan\n1,free\n2,free')).rows).toEqual([]);
  });

  it('keeps a lost key that somebody else holds until its last holder leaves', async () => {
    const daughter = { EXTERN_ID: '2', EMAIL: 'd@x.org', PHONE: '4915123456789' };
    await say(`
      id,email,phone,plan
      1,ann@x.org,+4915123456789,gold
      2,d@x.org,+4915123456789,gold`);
    const alone = { ...ann, PHONE: '' };
    // Her old row holds nothing that is not wanted; no removal could take it and leave the daughter.
    expect(await say('id,phone\n1,')).toEqual({ rows: rows(ann, alone, daughter), requests: 1 });
    expect((await say('id,phone\n2,')).rows).toEqual(rows(alone, { ...daughter, PHONE: '' }));
  });
});

describe('who may be sent', () => {
  it('is nobody with a no; a blank is not a no; a yes lets them in again', async () => {
    const people = (consent: string) => `id,email,plan,opt_in\n1,ann@x.org,gold,${consent}`;
    const row = { EXTERN_ID: '1', EMAIL: 'ann@x.org' };
    expect((await say(people('no'))).rows).toEqual([]);
    expect(lastReport).toMatchObject({ members: 0, heldBack: { noConsent: 1 } });
    expect((await say(people(''))).rows).toEqual(rows(row));
    expect((await say(people('no'))).rows).toEqual([]);
    expect((await say(people('yes'))).rows).toEqual(rows(row));
  });

  it('has enough to match by: an External ID alone is held back, a name and a postcode go', async () => {
    const { rows: held } = await say(`
      id,email,first_name,last_name,zip,plan
      1,,,,,gold
      2,,Zoë,Weiß,10115,gold
      3,,Zoë,,10115,gold
      4,not an address,,,10115,gold`);
    expect(held).toEqual(rows({ EXTERN_ID: '2', FN: 'zoë', LN: 'weiß', ZIP: '10115' }));
    expect(lastReport).toMatchObject({ members: 4, heldBack: { notEnoughIdentifiers: 3 } });
  });

  it('is told by the last row of a file and the strictest consent, and by the next file anew', async () => {
    const twice = 'id,email,plan,opt_in\n1,old@x.org,gold,no\n1,new@x.org,gold,yes\n';
    expect((await say(twice)).rows).toEqual([]);
    expect(await place.receive(twice)).toMatchObject({ updated: 0, unchanged: 1, duplicates: 1 });
    // Only the yes: nobody said no in this file.
    const { rows: held } = await say('id,email,plan,opt_in\n1,new@x.org,gold,yes');
    expect(held).toEqual(rows({ EXTERN_ID: '1', EMAIL: 'new@x.org' }));
  });

  it('is nobody while no file has brought what the rule asks for', async () => {
    await place.createAudience('late', {
      any: [
        { trait: 'tier', op: 'contains', value: 'one' },
        { not: { trait: 'tier', op: 'at_least', value: 3 } },
      ],
    });
    await place.receive('id,email\n1,ann@x.org\n');
    const report = await syncAudience(place.muster, 'late', manual, () => {});
    expect(report).toMatchObject({ members: 1, added: 1 });
    await place.receive('id,tier\n1,4\n');
    const later = await syncAudience(place.muster, 'late', manual, () => {});
    expect(later).toMatchObject({ members: 0, removed: 1 });
  });
});

describe('a value that cannot be used (M-08)', () => {
  const spoilt = `
    id,email,phone,first_name,plan
    1,ann@x.org,/,Ann,gold
    2,bob@x.org,,,gold
    3,-,,-,gold`;

  it('is left out of its row, the neighbours go, and the run is partial', async () => {
    const { rows: held } = await say(spoilt);
    expect(held).toEqual(
      rows(
        { EXTERN_ID: '1', EMAIL: 'ann@x.org', FN: 'ann' },
        { EXTERN_ID: '2', EMAIL: 'bob@x.org' },
      ),
    );
    expect(lastReport).toMatchObject({
      state: 'partial',
      added: 2,
      rejected: 0,
      badRequests: 2,
      heldBack: { noConsent: 0, notEnoughIdentifiers: 1, badRequest: 2 },
    });
    expect(exitCodeOf(lastReport, false)).toBe(0);
    expect(exitCodeOf(lastReport, true)).toBe(4);
    expect(await listed()).toEqual([
      '1 badRequest PHONE phone: only punctuation',
      '3 notEnoughIdentifiers - not enough identifiers',
      '3 badRequest EMAIL email: only punctuation',
      '3 badRequest FN first name: only punctuation',
    ]);
    // Nothing new: the list stays, the run has nothing to say.
    expect(await synchronise()).toMatchObject({ requests: 0 });
    expect(lastReport).toMatchObject({ state: 'succeeded', badRequests: 0 });
    expect(lastReport.heldBack).toMatchObject({ badRequest: 2 });
  });

  it('is said by the run though somebody looked at a plan before', async () => {
    await place.receive('id,email,plan\n1,ann@x.org,gold\n');
    await synchronise();
    await place.receive('id,email,plan\n2,-,gold\n');
    const plan = await planAudience(place.muster, 'gold', () => {});
    expect(plan.heldBack).toMatchObject({ notEnoughIdentifiers: 1, badRequest: 1 });
    await synchronise();
    expect(lastReport).toMatchObject({ state: 'partial', badRequests: 1, requestsUsed: 0 });
    await synchronise();
    expect(lastReport).toMatchObject({ state: 'succeeded', badRequests: 0 });
  });

  it('takes nobody out who is at Meta by another value', async () => {
    await say(annAndBob);
    const { rows: held } = await say('id,phone\n1,--');
    expect(held).toEqual(rows({ ...ann, PHONE: '' }, bob));
    expect(lastReport).toMatchObject({ state: 'partial', removes: 0, badRequests: 1 });
  });

  it('is forgotten when it is mended or cleared, and empty is never one (M-07)', async () => {
    await say(spoilt);
    await say('id,email,phone,first_name\n1,,,\n3,c@x.org,"","   "');
    expect(lastReport.heldBack).toMatchObject({ notEnoughIdentifiers: 1, badRequest: 0 });
    expect(await listed()).toEqual(['1 notEnoughIdentifiers - not enough identifiers']);
  });

  async function listed(): Promise<string[]> {
    const audience = await findAudience(place.muster.store, 'gold');
    const lines: string[] = [];
    for await (const page of rejectedPeople(place.muster.store, audience, 2, 2)) {
      for (const { externalId, kind, key, reason } of page) {
        lines.push(`${externalId} ${kind} ${key ?? '-'} ${reason}`);
      }
    }
    return lines;
  }
});

describe('ids that Meta gave out (M-11), and how data may be used', () => {
  const map =
    'APPUID=app_user,appId=app,PAGEUID=page_user,pageId=page,ig_account_ids=ig,' +
    'DATA_PROCESSING_OPTIONS=limited,LOOKALIKE_VALUE=worth';
  const header = 'id,email,app_user,app,page_user,page,ig,limited,worth,plan';
  const people = `
    ${header}
    1,ann@x.org,7001,111,,,,,12.5,gold
    2,bob@x.org,,,8001,900,,,,gold
    3,carl@x.org,,,8002,901,,yes,,gold
    4,,7004,112,,,,,,gold
    5,,7005,,,,,,,gold
    6,eve@x.org,,,,,777,,-3,gold`;

  /** The filled cells of each row behind the fifteen, by external id. */
  function further(held: readonly string[]): Record<string, string[]> {
    return Object.fromEntries(
      held.map((text) => {
        const cells = JSON.parse(text) as string[];
        return [cells[0], cells.slice(wireOrder.length).filter((cell) => cell !== '')];
      }),
    );
  }

  it('reach Meta beside the fifteen, a request for each page, and one alone is enough', async () => {
    const { rows: held, requests } = await say(people, { map });
    expect(further(held)).toEqual({
      '1': ['7001'],
      '2': ['8001'],
      '3': ['8002', '["LDU"]'],
      '4': ['7004'],
      '6': [],
    });
    expect(requests).toBe(2);
    expect(lastReport).toMatchObject({ added: 5, badRequests: 2 });
    expect(lastReport.badRequestsBy).toEqual({
      'app user id: nobody says of which app': 1,
      'lookalike value: below zero': 1,
    });
    expect(await synchronise()).toMatchObject({ requests: 0 });
  });

  it('change by an addition alone, and leave when they are lost', async () => {
    await say(people, { map });
    const limited = await say(`${header}\n1,ann@x.org,7001,111,,,,LDU,12.5,gold`, { map });
    expect(limited.requests).toBe(1);
    expect(further(limited.rows)['1']).toEqual(['7001', '["LDU"]']);
    const lost = await say(`${header}\n1,ann@x.org,,,,,,LDU,12.5,gold`, { map });
    expect(further(lost.rows)['1']).toEqual(['["LDU"]']);
    expect(lastReport).toMatchObject({ added: 0, removed: 0, updates: 1 });
    await say('id,plan\n1,free\n2,free\n3,free\n4,free\n6,free');
    expect(await place.heldRows(lastReport.metaAudienceId)).toEqual([]);
  });
});

describe('a plan', () => {
  it('is sent as it was looked at; what changed since makes it stale', async () => {
    await place.receive(`${annAndBob.trim().replaceAll('\n  ', '\n')}\n`);
    const plan = await planAudience(place.muster, 'gold', () => {});
    expect(plan).toMatchObject({ adds: 2, removes: 0, updates: 0, requests: 1 });
    const applied = await applyPlan(place.muster, plan.checksum, () => {});
    expect(applied).toMatchObject({ added: 2, moot: 0, state: 'succeeded', requestsUsed: 1 });
    expect(await place.heldRows(applied.metaAudienceId)).toEqual(rows(ann, bob));
    await expect(applyPlan(place.muster, plan.checksum, () => {})).rejects.toMatchObject({
      code: 'PLAN_STALE',
    });
    const next = await planAudience(place.muster, 'gold', () => {});
    await place.receive('id,plan\n1,free\n');
    await expect(applyPlan(place.muster, next.checksum, () => {})).rejects.toMatchObject({
      code: 'PLAN_STALE',
    });
  });

  it('cuts ten thousand rows and one into two requests, and no change into none', async () => {
    const people = Array.from({ length: 10_001 }, (_, i) => `${i},p${i}@x.org,gold`);
    const { rows: held, requests } = await say(`id,email,plan\n${people.join('\n')}`);
    expect(requests).toBe(2);
    expect(held).toEqual(
      rows(...people.map((_, i) => ({ EXTERN_ID: String(i), EMAIL: `p${i}@x.org` }))),
    );
    expect(await synchronise()).toMatchObject({ requests: 0 });
  });
});

describe('the guard', () => {
  const crowd = (plan: (i: number) => string) =>
    `id,email,plan\n${Array.from({ length: 40 }, (_, i) => `${i},p${i}@x.org,${plan(i)}`).join('\n')}`;
  const row = (i: number, email = `p${i}@x.org`) => ({ EXTERN_ID: String(i), EMAIL: email });
  const everybody = Array.from({ length: 40 }, (_, i) => row(i));

  it('holds removals and not additions, until a named person lets them go', async () => {
    await say(crowd(() => 'gold'));
    const half = crowd((i) => (i < 30 ? 'free' : 'gold'));
    const { rows: held } = await say(`${half}\nnew,new@x.org,gold`);
    expect(lastReport).toMatchObject({ state: 'held', removes: 30, added: 1, removed: 0 });
    const fresh = { EXTERN_ID: 'new', EMAIL: 'new@x.org' };
    expect(held).toEqual(rows(...everybody, fresh));
    const run = Number(lastReport.runId);
    const released = await releaseHeldRun(place.muster, run, 'A. Tester', () => {});
    expect(released).toMatchObject({ state: 'succeeded', removed: 30 });
    expect(await place.heldRows(released.metaAudienceId)).toEqual(
      rows(...everybody.slice(30), fresh),
    );
  });

  it('ends a held run though somebody who stays has lost an e-mail', async () => {
    await say(crowd(() => 'gold'));
    await place.receive(`${crowd((i) => (i < 30 ? 'free' : 'gold'))}\n`);
    await say('id,email\n39,changed@x.org');
    expect(lastReport).toMatchObject({ state: 'held', removes: 30, removed: 0 });
    const run = Number(lastReport.runId);
    const released = await releaseHeldRun(place.muster, run, 'A. Tester', () => {});
    expect(released).toMatchObject({ state: 'succeeded', removed: 30 });
    expect(await place.heldRows(released.metaAudienceId)).toEqual(
      rows(...everybody.slice(30, 39), row(39, 'changed@x.org')),
    );
  });
});
