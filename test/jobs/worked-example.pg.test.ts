import { expect, it } from 'vitest';
import { activateAudience } from '#sync/activate.ts';
import { readDetails } from '#sync/details.ts';
import { explainPerson } from '#sync/why.ts';
import { openClockwork } from './clockwork.ts';

const on = (time: string) => new Date(`2026-11-02T${time}Z`);
const csv = (...lines: string[]) => `id,email,plan,marketing_consent\n${lines.join('\n')}\n`;
const p1 = 'P1,p1@example.com,gold,yes';
const p2 = 'P2,p2@example.com,gold,no';
const p3 = 'P3,p3@example.com,gold,yes';

it('goes by the worked example to the second (features.md §8)', async () => {
  await using clockwork = await openClockwork();
  await activateAndAdd(clockwork);
  await runAtTheAnchor(clockwork);
  await addAndDelete(clockwork);
  await tryTheBlockedOnceMore(clockwork);
});

type Clockwork = Awaited<ReturnType<typeof openClockwork>>;

async function activateAndAdd(clockwork: Clockwork): Promise<void> {
  const { place, at, audience, runs } = clockwork;
  const { muster } = place;
  clockwork.sleepUntil('10:17:30');
  await activateAudience(muster, 'gold');
  await at('10:17:30');
  expect(await audience()).toMatchObject({
    ...{ state: 'pending', activatedAt: on('10:17:30'), nextRunAt: on('11:17:30') },
    ...{ memberCount: 0, membersChangedAt: null, synchronizedAt: null },
  });

  clockwork.sleepUntil('10:40:00');
  await place.receive(csv(p1, p2));
  await clockwork.work();
  expect(await runs()).toEqual([]);
  expect(await audience()).toMatchObject({
    ...{ memberCount: 1, membersChangedAt: on('10:40:00'), synchronizedAt: null },
  });
  expect(await explainPerson(muster, 'gold', 'P2')).toMatchObject({
    ...{ member: false, consent: 'no', blockedSince: on('10:40:00').toISOString() },
  });
  expect(await readDetails(muster, 'gold')).toMatchObject({
    ...{ available: false, nextRunAt: on('11:17:30'), reason: expect.stringContaining('11:17:30') },
  });
}

async function runAtTheAnchor({ place, at, audience, runs }: Clockwork): Promise<void> {
  const { muster } = place;
  await at('11:17:29');
  expect(await runs()).toEqual([]);
  await at('11:17:30');
  expect(await runs()).toMatchObject([{ trigger: 'schedule', added: 1, removed: 0 }]);
  const synchronized = await audience();
  expect(synchronized).toMatchObject({
    ...{ state: 'up to date', synchronizedAt: on('11:17:30'), nextRunAt: on('12:17:30') },
  });
  expect(await isSynchronized(muster, 'P1')).toBe(true);
  expect(await readDetails(muster, 'gold')).toMatchObject({
    ...{ available: true, reason: null, synchronizedOn: on('11:17:30') },
    last: { state: 'succeeded', added: 1, removed: 0, error: null },
    matchingUntil: new Date('2026-11-03T11:17:30Z'),
  });
}

async function addAndDelete(clockwork: Clockwork): Promise<void> {
  const { place, at, audience, runs } = clockwork;
  const { muster } = place;
  clockwork.sleepUntil('11:30:00');
  await place.receive(csv(p3));
  await clockwork.work();
  expect(await audience()).toMatchObject({
    ...{ state: 'pending', synchronizedAt: null, membersChangedAt: on('11:30:00') },
  });
  expect([await isSynchronized(muster, 'P1'), await isSynchronized(muster, 'P3')]).toEqual([
    true,
    false,
  ]);
  expect(await readDetails(muster, 'gold')).toMatchObject({ available: false });

  clockwork.sleepUntil('11:40:00');
  await place.receive(csv(p2, p3), { mirror: true });
  expect(await audience()).toMatchObject({ memberCount: 1, membersChangedAt: on('11:40:00') });
  await at('12:17:30');
  expect((await runs())[0]).toMatchObject({ state: 'succeeded', added: 1, removed: 1 });
  expect(await audience()).toMatchObject({ synchronizedAt: on('12:17:30') });
  const { metaAudienceId } = await linkOf(clockwork);
  const held = await place.heldRows(metaAudienceId);
  expect(held.map((row) => (JSON.parse(row) as string[])[0])).toEqual(['P3']);
}

/** It leaves the rule and is found again. */
async function tryTheBlockedOnceMore(clockwork: Clockwork): Promise<void> {
  const { place, audience } = clockwork;
  clockwork.sleepUntil('12:19:00');
  await place.receive(csv('P2,p2@example.com,free,no'));
  clockwork.sleepUntil('12:20:00');
  await place.receive(csv(p2));
  await clockwork.work();
  expect(await audience()).toMatchObject({
    ...{ state: 'up to date', memberCount: 1, membersChangedAt: on('11:40:00') },
    synchronizedAt: on('12:17:30'),
  });
  expect(await explainPerson(place.muster, 'gold', 'P2')).toMatchObject({
    blockedSince: on('12:20:00').toISOString(),
  });
  const interactions = await place.muster.store.query<{ since: Date }>(
    'select since from past_block union all select since from blocked order by since',
  );
  expect(interactions.map(({ since }) => since)).toEqual([on('10:40:00'), on('12:20:00')]);
}

async function isSynchronized(muster: Clockwork['place']['muster'], id: string): Promise<boolean> {
  return (await explainPerson(muster, 'gold', id)).synchronized;
}

async function linkOf({ place }: Clockwork) {
  const [link] = await place.muster.store.query<{ metaAudienceId: string }>(
    'select meta_audience_id as "metaAudienceId" from link where ended_at is null',
  );
  return link ?? { metaAudienceId: null };
}
