import { createLog } from '#config/log.ts';
import { countMembers, followChanges, queueDueRuns } from '#jobs/plan-runs.ts';
import { takeOne } from '#jobs/workers.ts';
import type { RunRecord } from '#store/run-history.ts';
import { listRuns } from '#store/run-history.ts';
import { type Audience, findAudience } from '#store/audiences.ts';
import { Chance } from '../exact/chance.ts';
import { openPlace, type Place } from '../exact/place.ts';

/** Muster's workers on a clock that is set by hand: everything is done in an instant. */
export interface Clockwork extends AsyncDisposable {
  readonly place: Place;
  /** Sets the time of the day, or of a day, in UTC, and lets the workers do what is due. */
  at(time: string): Promise<void>;
  /** Sets the time and lets nobody work. */
  sleepUntil(time: string): void;
  /** Lets the workers do what is due now. */
  work(): Promise<void>;
  audience(): Promise<Audience>;
  /** The newest first. */
  runs(): Promise<RunRecord[]>;
  readonly log: string[];
}

const day = '2026-11-02';
const rule = { trait: 'plan', op: 'equals', value: 'gold' };

/** With an audience `gold` that nobody has activated. */
export async function openClockwork(): Promise<Clockwork> {
  const place = await openPlace(new Chance(7));
  const { muster, clock } = place;
  await place.createAudience('gold', rule);
  const log: string[] = [];
  const workerLog = createLog('text', (line) => log.push(line.trimEnd()), muster.clock);
  const sleepUntil = (time: string) => {
    clock.nowMs = Date.parse(time.includes('T') ? time : `${day}T${time}Z`);
  };
  const work = async () => {
    await queueDueRuns(muster);
    await followChanges(muster);
    await countMembers(muster);
    while (await takeOne(muster, false, workerLog));
  };
  return {
    ...{ place, sleepUntil, work, log },
    async at(time) {
      sleepUntil(time);
      await work();
    },
    audience: () => findAudience(muster.store, 'gold'),
    runs: () => listRuns(muster.store, { audienceId: null, activeOnly: false, limit: 100 }),
    [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
  };
}
