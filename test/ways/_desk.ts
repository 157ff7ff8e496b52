import { vi } from 'vitest';
import { createAudience, findAudience } from '#store/audiences.ts';
import { memberExternalIds } from '#store/members.ts';
import { beginFilling, type WayOfFilling } from '#sync/ways.ts';
import { evaluate } from '#sync/evaluate.ts';
import { refreshMembers } from '#sync/refresh.ts';
import { Chance } from '../exact/chance.ts';
import { openPlace, type Place } from '../exact/place.ts';

// Each test has a database and a sandbox of its own, and the machine may have other things to do.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** A place with a few people in it, and audiences that are filled in whichever way. */
export interface WaysDesk extends AsyncDisposable {
  readonly place: Place;
  make(name: string, filling: WayOfFilling, adAccount?: string): Promise<void>;
  members(name: string): Promise<string[]>;
  /** What `muster serve` does about members where people changed. */
  refresh(): Promise<void>;
  later(hours: number): void;
}

export const csv = (...lines: string[]) => `id,email,plan,marketing_consent\n${lines.join('\n')}\n`;

/** A to E: gold, gold, free, free, free; B says no. */
const people = csv(
  'A,a@example.com,gold,yes',
  'B,b@example.com,gold,no',
  'C,c@example.com,free,yes',
  'D,d@example.com,free,yes',
  'E,e@example.com,free,yes',
);

export const isGold = { trait: 'plan', op: 'equals', value: 'gold' };

export async function openWaysDesk(): Promise<WaysDesk> {
  const place = await openPlace(new Chance(11));
  const { muster, clock } = place;
  const { store } = muster;
  await place.receive(people);
  return {
    place,
    async make(name, filling, adAccount) {
      await store.tx(async (tx) => {
        const audience = await createAudience(tx, {
          ...{ databaseId: 1, integrationId: 1, name, ...filling },
          customerFileSource: 'USER_PROVIDED_ONLY',
          ...(adAccount === undefined ? {} : { adAccount }),
        });
        await beginFilling(tx, audience, filling);
        if (filling.way === 'rule') await evaluate(tx, audience);
      });
    },
    async members(name) {
      const found: string[] = [];
      for await (const page of memberExternalIds(store, await findAudience(store, name))) {
        found.push(...page);
      }
      return found.toSorted();
    },
    async refresh() {
      await refreshMembers(muster, { databaseId: null, atOnce: null });
    },
    later(hours) {
      clock.nowMs += hours * 3_600_000;
    },
    [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
  };
}
