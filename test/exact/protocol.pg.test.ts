import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planAudience } from '#sync/apply.ts';
import { relinkAudience } from '#sync/relink.ts';
import { Scene } from './scene.ts';
import { sha256 } from './values.ts';

/**
 * The delivery protocol rule by rule (docs/delivery.md): each test is the shortest story in which the
 * rule is all that stands between Meta and a wrong audience.
 */
let scene: Scene;

beforeEach(async () => {
  scene = await Scene.open();
});
afterEach(async () => {
  await scene[Symbol.asyncDispose]();
});

const file = (...lines: string[]) => `id,email,plan\n${lines.join('\n')}`;
const annIs = (plan: string, email = 'ann@x.org') => file(`1,${email},${plan}`);
const row = (id: string, email: string) => `${id} ${sha256(email)}`;
const ann = row('1', 'ann@x.org');
const bob = row('2', 'bob@x.org');

/** Ann is in, and nothing that was said of her can still land. */
async function annIsIn(): Promise<void> {
  await scene.receive(annIs('gold'));
  expect(await scene.settled()).toEqual([ann]);
  scene.sent.length = 0;
}

/** Ids of the rows that went out, one list for each request. */
const went = (direction: 'add' | 'remove') =>
  scene.sent.filter((one) => one.direction === direction).map(({ rows }) => rows.map(([id]) => id));

describe('a request whose sender died', () => {
  it('may have been done: who is not wanted any more is removed', async () => {
    await scene.receive(annIs('gold'));
    scene.fates = [{ dies: 'done' }];
    await expect(scene.sync()).rejects.toThrow('killed');
    expect(await scene.held()).toEqual([ann]);
    await scene.receive(annIs('free'));
    expect(await scene.settled()).toEqual([]);
  });

  it('may not have been done: who is wanted is sent again', async () => {
    await scene.receive(annIs('gold'));
    scene.fates = [{ dies: 'lost' }];
    await expect(scene.sync()).rejects.toThrow('killed');
    expect(await scene.held()).toEqual([]);
    expect(await scene.settled()).toEqual([ann]);
  });

  it('may still land: an addition after it is said again', async () => {
    await annIsIn();
    await scene.receive(annIs('free'));
    scene.fates = [{ dies: 'late' }];
    await expect(scene.sync()).rejects.toThrow('killed');
    await scene.receive(annIs('gold'));
    await scene.sync();
    await scene.land();
    expect(await scene.settled()).toEqual([ann]);
  });
});

describe('a request without an answer', () => {
  it('proves nothing, so it is repeated', async () => {
    await scene.receive(annIs('gold'));
    scene.otherwise = 'lost';
    await scene.sync();
    expect(await scene.held()).toEqual([]);
    expect(await scene.settled()).toEqual([ann]);
  });

  it('may land after its opposite: what was said meanwhile is said again', async () => {
    await annIsIn();
    await scene.receive(annIs('free'));
    scene.fates = ['late'];
    await scene.sync();
    await scene.receive(annIs('gold'));
    await scene.sync();
    await scene.land();
    expect(await scene.held()).toEqual([]);
    expect(await scene.settled()).toEqual([ann]);
  });

  it('and an addition that lands after its removal is removed once more', async () => {
    await scene.receive(annIs('gold'));
    scene.fates = ['late'];
    await scene.sync();
    await scene.receive(annIs('free'));
    await scene.sync();
    await scene.land();
    expect(await scene.held()).toEqual([ann]);
    expect(await scene.settled()).toEqual([]);
  });

  it('is remembered behind one that was refused', async () => {
    await annIsIn();
    await scene.receive(annIs('free'));
    scene.fates = ['late', tooSmall];
    await scene.sync();
    await scene.receive(annIs('gold'));
    await scene.sync();
    await scene.land();
    expect(await scene.held()).toEqual([]);
    expect(await scene.settled()).toEqual([ann]);
  });

  it('that Meta answered with an error of its own may be done all the same', async () => {
    await scene.receive(annIs('gold'));
    scene.otherwise = { code: 2, done: true };
    await scene.sync();
    expect(await scene.held()).toEqual([ann]);
    await scene.receive(annIs('free'));
    expect(await scene.settled()).toEqual([]);
  });
});

/** Removals only, of the audience as it is now. */
const tooSmall = { code: 200, subcode: 1_870_047 };

describe('a request that was refused', () => {
  it('leaves things as they were: who was in is still to be removed', async () => {
    await annIsIn();
    await scene.receive(annIs('free'));
    scene.fates = [tooSmall];
    await scene.sync();
    expect(await scene.held()).toEqual([ann]);
    expect(await scene.settled()).toEqual([]);
  });

  it('takes the marks of nobody along: the next run goes on', async () => {
    await annIsIn();
    await scene.receive(file('2,bob@x.org,gold'));
    scene.otherwise = { code: 368 };
    await scene.sync().catch(() => {});
    expect(await scene.settled()).toEqual([ann, bob]);
  });

  it('for a policy is not tried again by the same run', async () => {
    await scene.receive(annIs('gold'));
    scene.otherwise = { code: 368 };
    await scene.sync().catch(() => {});
    expect(went('add')).toEqual([['1']]);
  });

  it('for one bad row sinks only that one', async () => {
    scene.place.sandbox.faults.arm({ name: 'malformed', valuePrefix: 'bad', times: null });
    await scene.receive(file('1,ann@x.org,gold', 'bad,c@x.org,gold', '2,bob@x.org,gold'));
    expect(await scene.sync()).toMatchObject({ accepted: 2, rejected: 1 });
    expect(await scene.settled()).toEqual([ann, bob]);
  });

  it('for more bad rows than a run may look for ends, and says that some are not known', async () => {
    scene.place.sandbox.faults.arm({ name: 'malformed', valuePrefix: 'bad', times: null });
    const lines = Array.from({ length: 60 }, (_, i) => `bad${i},b${i}@x.org,gold`);
    await scene.receive(file(...lines, '1,ann@x.org,gold'));
    const report = await scene.sync();
    expect(report).toMatchObject({ state: 'partial' });
    expect(report.rejected).toBeGreaterThan(0);
    expect(report.requestsUsed).toBeLessThan(50);
  });
});

describe('between looking and sending', () => {
  it('somebody leaves: no addition of them goes out', async () => {
    await scene.receive(file('1,ann@x.org,gold', '2,bob@x.org,gold'));
    scene.at('planned', () => scene.receive(file('2,bob@x.org,gold'), true));
    await scene.sync();
    expect(went('add')).toEqual([['2']]);
  });

  it('somebody says no: no addition of them goes out', async () => {
    await scene.receive(file('1,ann@x.org,gold', '2,bob@x.org,gold'));
    scene.at('planned', () => scene.receive('id,consent\n1,no'));
    await scene.sync();
    expect(went('add')).toEqual([['2']]);
  });

  it('somebody gets an address back: no removal by it goes out', async () => {
    await annIsIn();
    await scene.receive(annIs('gold', 'new@x.org'));
    scene.at('planned', () => scene.receive(annIs('gold')));
    await scene.sync();
    expect(went('remove')).toEqual([]);
    expect(await scene.settled()).toEqual([ann]);
  });

  it('somebody comes back: no removal of them goes out', async () => {
    await annIsIn();
    await scene.receive(annIs('free'));
    scene.at('planned', async () => {
      await scene.receive(annIs('gold'));
      // Somebody who only wants to see the plan looks who belongs.
      await planAudience(scene.place.muster, 'gold', () => {});
    });
    await scene.sync();
    expect(went('remove')).toEqual([]);
    expect(await scene.settled()).toEqual([ann]);
  });

  it('a process is stopped for minutes: what it wrote down does not go out any more', async () => {
    await scene.receive(annIs('gold'));
    scene.at('written down', async () => {
      scene.place.clock.nowMs += 20 * 60_000;
      await scene.receive(annIs('free'));
      // Another process takes over, says that Ann leaves, and is believed.
      expect(await scene.settled()).toEqual([]);
    });
    await scene.sync().catch(() => {});
    expect(await scene.held()).toEqual([]);
    expect(went('add')).toEqual([]);
  });
});

describe('people who share a value', () => {
  it('never have it taken away for another one', async () => {
    await scene.receive(file('1,home@x.org,gold', '2,home@x.org,gold'));
    await scene.settled();
    await scene.receive(file('1,home@x.org,free'));
    expect(await scene.settled()).toEqual([row('2', 'home@x.org')]);
    const removals = scene.sent.filter(({ direction }) => direction === 'remove');
    expect(removals).toEqual([{ direction: 'remove', rows: [['1']] }]);
  });

  it('are said again when a removal may have taken them along', async () => {
    const phone = '+4915123456789';
    const two = (plan: string) =>
      `id,email,phone,plan\n1,ann@x.org,${phone},${plan}\n2,bob@x.org,${phone},gold`;
    await scene.receive(two('gold'));
    await scene.settled();
    scene.sent.length = 0;
    await scene.receive(two('free'));
    expect(await scene.settled()).toHaveLength(1);
    expect(went('remove')).toEqual([['1']]);
    // Who knows whose the phone is at Meta: Bob may have gone with Ann.
    expect(went('add')).toEqual([['2']]);
  });

  it('wait for a removal under way, though they were never told before', async () => {
    await annIsIn();
    await scene.receive(annIs('gold', 'new@x.org'));
    scene.fates = ['late'];
    await scene.sync();
    await scene.receive(file('2,ann@x.org,gold'));
    await scene.sync();
    await scene.land();
    expect(await scene.settled()).toEqual([row('1', 'new@x.org'), row('2', 'ann@x.org')]);
  });

  it('cover a row only once they were told themselves', async () => {
    const phone = '+4915123456789';
    await scene.receive(`id,email,phone,plan\n1,ann@x.org,${phone},gold`);
    expect(await scene.settled()).toHaveLength(1);
    scene.place.sandbox.faults.arm({ name: 'invalidRows', valuePrefix: 'bad', times: null });
    await scene.receive(`id,email,phone,plan\n1,ann@x.org,,gold\nbad,bad@x.org,${phone},gold`);
    await scene.sync();
    await scene.receive('id,plan\nbad,free');
    expect(await scene.settled()).toEqual([ann]);
  });
});

describe('removals and additions', () => {
  it('of one run do not overtake each other', async () => {
    await annIsIn();
    let removing = false;
    let overtaken = false;
    scene.onUpload = async (direction) => {
      if (direction === 'add') overtaken ||= removing;
      else {
        removing = true;
        await new Promise((resolve) => setTimeout(resolve, 300));
        removing = false;
      }
    };
    await scene.receive(file('1,ann@x.org,free', '2,bob@x.org,gold'));
    await scene.sync();
    expect(went('remove')).toEqual([['1']]);
    expect(overtaken).toBe(false);
  });
});

describe('a transaction elsewhere that stays open', () => {
  it('holds nobody up who changed after it began', async () => {
    await annIsIn();
    await scene.place.muster.store.tx(async (tx) => {
      await tx.query('select pg_current_xact_id()');
      await scene.receive(file('2,bob@x.org,gold'));
      await scene.sync();
      expect(await scene.held()).toEqual([ann, bob]);
    });
  });
});

describe('a new link', () => {
  it('knows nothing of what the last one was told', async () => {
    await annIsIn();
    await relinkAudience(scene.place.muster, 'gold', null);
    expect(await scene.settled()).toEqual([ann]);
    expect(went('add')).toEqual([['1']]);
  });
});

describe('the guard', () => {
  const crowd = (gold: number) =>
    file(...Array.from({ length: 40 }, (_, i) => `${i},p${i}@x.org,${i < gold ? 'gold' : 'free'}`));

  it('counts what left within a day, in however many runs', async () => {
    await scene.receive(crowd(40));
    await scene.settled();
    await scene.receive(crowd(25));
    expect(await scene.sync()).toMatchObject({ state: 'succeeded', removed: 15 });
    await scene.receive(crowd(15));
    expect(await scene.sync()).toMatchObject({ state: 'held', removed: 0 });
    scene.place.clock.nowMs += 25 * 3_600_000;
    expect(await scene.sync()).toMatchObject({ state: 'succeeded', removed: 10 });
  });
});
