import { z } from 'zod';
import type { State } from './state.ts';

/**
 * The sandbox's own time: every limit, session, token and delay goes by it. It runs beside the clock
 * it was opened with, ahead of it by as much as it was moved; or it stands and is stepped.
 */
export interface SandboxClock {
  /** Milliseconds since 1970. */
  now(): number;
  read(): ClockReading;
  /** Moves it; answers why not, or null. It never goes back: Meta's does not either. */
  change(change: ClockChange): string | null;
  /** Back to the clock it was opened with. What was dated later than that stays dated so. */
  reset(): void;
}

interface ClockReading {
  readonly now: string;
  readonly nowMs: number;
  readonly runs: boolean;
  /** How far it is ahead of the clock it was opened with. */
  readonly aheadMs: number;
}

type ClockChange = z.infer<typeof clockChange>;

/** What may be asked of it; `now` and `advanceMs` exclude each other. */
export const clockChange = z.strictObject({
  now: z.iso.datetime({ offset: true }).optional(),
  advanceMs: z.int().nonnegative().optional(),
  runs: z.boolean().optional(),
});

/** Running, it is `aheadMs` before the other clock; standing, it shows `stoodAt`. */
interface Kept {
  readonly aheadMs: number;
  readonly stoodAt: number | null;
}

const untouched: Kept = { aheadMs: 0, stoodAt: null };
/** 100 years, beyond which a Date means nothing to anybody here. */
const aheadMsMax = 100 * 365 * 86_400_000;

export function createSandboxClock({ sql }: State, clock: () => number): SandboxClock {
  const kept = (): Kept => {
    const value = sql.get`select value from fact where name = 'clock'`?.['value'];
    return value === undefined ? untouched : (JSON.parse(String(value)) as Kept);
  };
  const now = () => {
    const { aheadMs, stoodAt } = kept();
    return stoodAt ?? clock() + aheadMs;
  };
  const keep = (next: Kept) => {
    sql.run`insert or replace into fact (name, value) values ('clock', ${JSON.stringify(next)})`;
  };
  return {
    now,
    read() {
      const nowMs = now();
      return {
        now: new Date(nowMs).toISOString(),
        nowMs,
        runs: kept().stoodAt === null,
        aheadMs: nowMs - clock(),
      };
    },
    change({ now: wanted, advanceMs, runs }) {
      if (wanted !== undefined && advanceMs !== undefined) return 'now or advanceMs, not both';
      const nowMs = now();
      const nextMs = wanted === undefined ? nowMs + (advanceMs ?? 0) : Date.parse(wanted);
      if (nextMs < nowMs) return `it is ${new Date(nowMs).toISOString()} and never goes back`;
      if (nextMs - clock() > aheadMsMax) return 'it goes at most 100 years ahead';
      const isToRun = runs ?? kept().stoodAt === null;
      keep({ aheadMs: nextMs - clock(), stoodAt: isToRun ? null : nextMs });
      return null;
    },
    reset() {
      sql.run`delete from fact where name = 'clock'`;
    },
  };
}
