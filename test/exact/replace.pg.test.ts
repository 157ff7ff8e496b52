import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import type { MetaClient } from '#meta/client.ts';
import { applyPlan } from '#sync/apply.ts';
import { setConsent } from '#sync/consent.ts';
import type { Muster, OpenClient } from '#sync/muster.ts';
import { planReplacement, replaceMembers } from '#sync/replace.ts';
import type { SyncReport } from '#sync/reports.ts';
import { syncAudience } from '#sync/sync.ts';
import { Chance } from './chance.ts';
import { openPlace, type Place } from './place.ts';

/** Exchanging all members of a Meta audience (docs/decisions/0035-replacing-all-members.md). */
let place: Place;
const silent = () => {};
const minuteMs = 60_000;

beforeEach(async () => {
  place = await openPlace(new Chance(9));
  await place.createAudience('gold', { trait: 'plan', op: 'equals', value: 'gold' });
});
afterEach(async () => {
  await place[Symbol.asyncDispose]();
});

function people(from: number, until: number, plan = 'gold'): string {
  const lines = Array.from({ length: until - from }, (_, i) => from + i);
  return `id,email,plan\n${lines.map((i) => `${i},p${i}@x.org,${plan}`).join('\n')}\n`;
}

const sync = async (wait = false): Promise<SyncReport> =>
  await syncAudience(place.muster, 'gold', { wait, trigger: 'manual' }, silent);
const look = async () => await planReplacement(place.muster, 'gold', silent);
const replace = async (muster: Muster = place.muster) =>
  await replaceMembers(muster, 'gold', (await look()).checksum, silent);

async function metaAudienceId(): Promise<string> {
  const [link] = await place.muster.store.query<{ id: string }>(
    'select meta_audience_id as id from link',
  );
  return must(link, 'linked').id;
}

async function idsHeld(): Promise<string[]> {
  const rows = await place.heldRows(await metaAudienceId());
  return rows.map((row) => (JSON.parse(row) as string[])[0] ?? '').toSorted();
}

/** Somebody else puts people in, of whom we know nothing. */
async function strangerAdds(): Promise<void> {
  const { meta, adAccount } = await place.muster.openClient(1);
  const body = Buffer.from(
    `{"payload":{"schema":["EXTERN_ID"],"data":[["stranger"]]},"session":{"session_id":77,"batch_seq":1,"last_batch_flag":true,"estimated_num_total":1}}`,
  );
  const audienceId = await metaAudienceId();
  const answer = await meta.users({ account: adAccount, audienceId, direction: 'add', body });
  expect(answer.outcome).toBe('clean');
}

/** The same Muster, whose client does something of its own at the request of that number. */
function withReplace(at: number, act: MetaClient['replaceUsers']): Muster {
  let requests = 0;
  return {
    ...place.muster,
    async openClient(...args): Promise<OpenClient> {
      const client = await place.muster.openClient(...args);
      const replaceUsers: MetaClient['replaceUsers'] = (upload) =>
        ++requests === at ? act(upload) : client.meta.replaceUsers(upload);
      return { ...client, meta: { ...client.meta, replaceUsers } };
    },
  };
}

const dies = (): never => {
  throw new Error('killed');
};

describe('a small audience', () => {
  beforeEach(async () => {
    await place.receive(people(0, 8));
    await sync();
    place.clock.nowMs += minuteMs;
  });

  it('is looked at first, and then holds its members and nobody else', async () => {
    await strangerAdds();
    // Meta exchanges nobody while it still looks for the people of the last upload.
    await expect(replace()).rejects.toMatchObject({ code: 'REPLACE_REFUSED' });
    expect(await idsHeld()).toHaveLength(9);
    place.clock.nowMs += 60 * minuteMs;
    await place.receive(people(6, 8, 'silver') + people(8, 10).replace(/^.*\n/, ''));
    const looked = await look();
    expect(looked).toMatchObject({ people: 8, rows: 8, joins: 2, leaves: 2, requests: 1 });
    expect(looked.warnings[0]).toContain('2 people whom Muster told');
    expect(await idsHeld()).toHaveLength(9);
    const before = await place.uploads();
    const done = await replaceMembers(place.muster, 'gold', looked.checksum, silent);
    expect(done).toMatchObject({ state: 'succeeded', added: 2, removed: 2, requestsUsed: 1 });
    expect(await idsHeld()).toEqual(['0', '1', '2', '3', '4', '5', '8', '9']);
    // Those who left needed no request of their own, and nothing is left to say.
    expect(await place.uploads()).toBe(before + 1);
    expect(await sync()).toMatchObject({ state: 'succeeded', requestsUsed: 0 });
  });

  it('is refused as a plan, when anything has moved, and where it would take too long', async () => {
    const { checksum } = await look();
    await expect(applyPlan(place.muster, checksum, silent)).rejects.toMatchObject({
      code: 'PLAN_REPLACES',
    });
    await place.receive(people(20, 21));
    await expect(replaceMembers(place.muster, 'gold', checksum, silent)).rejects.toMatchObject({
      code: 'PLAN_STALE',
    });
    await place.muster.store.query(
      `update operation set row_count = 1000, finished_at = sent_at + interval '5 days'`,
    );
    await expect(look()).rejects.toMatchObject({ code: 'REPLACE_TOO_LONG' });
  });

  it('is as it was when Meta refuses to begin', async () => {
    place.sandbox.faults.arm({ name: 'malformed', on: 'users.replace', times: null });
    await expect(replace()).rejects.toMatchObject({ code: 'REPLACE_REFUSED' });
    expect(await idsHeld()).toHaveLength(8);
    place.sandbox.faults.clear();
    expect(await sync()).toMatchObject({ state: 'succeeded', requestsUsed: 0 });
    expect(await idsHeld()).toHaveLength(8);
  });

  it('goes on when the answer to the first request got lost, for Meta shows the session', async () => {
    place.sandbox.faults.arm({ name: 'resetAfter', on: 'users.replace', times: 1 });
    await place.receive(people(7, 8, 'silver'));
    expect(await replace()).toMatchObject({ state: 'succeeded', removed: 1 });
    expect(await idsHeld()).toHaveLength(7);
  });

  it('is told anew after 90 minutes when nobody knows whether it began', async () => {
    place.sandbox.faults.arm({ name: 'resetBefore', on: 'users.replace', times: 1 });
    expect(await replace()).toMatchObject({ state: 'waiting' });
    place.clock.nowMs += 95 * minuteMs;
    expect(await sync(true)).toMatchObject({ state: 'succeeded', accepted: 8 });
    expect(await idsHeld()).toHaveLength(8);
  });
});

describe('an audience of two requests', () => {
  const gold = 10_005;
  beforeEach(async () => {
    await place.receive(people(0, gold));
    await sync();
    place.clock.nowMs += minuteMs;
  });

  it('goes on after a crash where it stood, without whoever opted out meanwhile', async () => {
    await expect(replace(withReplace(2, dies))).rejects.toThrow();
    expect(await idsHeld()).toHaveLength(10_000);
    // One is in already, one was not sent yet. Meta takes no removal now.
    const [first, last] = await place.muster.store.query<{ id: string }>(
      `select external_id as id from profile where external_id in ('0', '10004') order by id`,
    );
    for (const { id } of [must(first, 'first'), must(last, 'last')]) {
      const said = await setConsent(place.muster, {
        externalId: id,
        database: 'main',
        consent: 'no',
      });
      expect(said.state).toBe('waiting');
    }
    expect(await sync(true)).toMatchObject({ state: 'succeeded' });
    const held = await idsHeld();
    expect(held).toHaveLength(gold - 2);
    expect(held).not.toContain('0');
    expect(held).not.toContain('10004');
  });

  it('is put right after Meta has closed the session half way', async () => {
    await expect(replace(withReplace(2, dies))).rejects.toThrow();
    place.clock.nowMs += 95 * minuteMs;
    expect(await sync(true)).toMatchObject({ state: 'succeeded' });
    expect(await idsHeld()).toHaveLength(gold);
    expect(await sync()).toMatchObject({ requestsUsed: 0 });
  });
});
