import {
  type Fault,
  faultDefaults,
  type FaultName,
  faultNames,
  type FaultPlace,
  isOn,
} from './fault-kinds.ts';
import type { RouteFound } from './routes.ts';
import type { State } from './state.ts';

/** Chances of a fault in each request. */
export interface FaultOdds {
  /** By name; together at most 1. */
  readonly odds: Readonly<Partial<Record<Exclude<FaultName, 'invalidRows'>, number>>>;
  readonly on?: FaultPlace | null;
  /** Late effects land after anything up to this. */
  readonly lagMs?: number;
  readonly holdMs?: number | null;
  /** Draws the same again for the same requests; without, from the sandbox's own random numbers. */
  readonly seed?: number | null;
}

interface KeptOdds extends FaultOdds {
  /** How many numbers its seed has given so far. */
  readonly drawn: number;
}

export interface Odds {
  set(odds: FaultOdds | null): void;
  read(): FaultOdds | null;
  /** What befalls a request of this route by chance, if anything does. */
  draw(route: RouteFound): Fault | null;
}

export function createOdds({ sql }: State, random: () => number): Odds {
  const keep = (odds: KeptOdds) =>
    sql.run`insert or replace into fact values ('odds', ${JSON.stringify(odds)})`;
  const readKept = () => {
    const kept = sql.get`select value from fact where name = 'odds'`?.['value'];
    return kept === undefined ? null : (JSON.parse(String(kept)) as KeptOdds);
  };
  return {
    set(odds) {
      if (odds === null) sql.run`delete from fact where name = 'odds'`;
      else keep({ ...odds, drawn: 0 });
    },
    read() {
      const kept = readKept();
      if (kept === null) return null;
      const { drawn: _, ...odds } = kept;
      return odds;
    },
    draw(route) {
      const odds = readKept();
      if (odds === null || !isOn(odds.on ?? null, route)) return null;
      const { seed = null } = odds;
      if (seed === null) return faultByOdds(odds, random);
      let { drawn } = odds;
      const fault = faultByOdds(odds, () => numberOf(seed, drawn++));
      keep({ ...odds, drawn });
      return fault;
    },
  };
}

function faultByOdds(odds: FaultOdds, random: () => number): Fault | null {
  let drawn = random();
  for (const name of faultNames) {
    const chance = name === 'invalidRows' ? 0 : (odds.odds[name] ?? 0);
    if (drawn < chance) {
      const lagMs = Math.floor((odds.lagMs ?? faultDefaults.lagMs) * random());
      return { ...faultDefaults, name, lagMs, holdMs: odds.holdMs ?? null };
    }
    drawn -= chance;
  }
  return null;
}

/** The number of a seed at a place, from 0 up to 1 (splitmix32, a public domain). */
function numberOf(seed: number, place: number): number {
  let mixed = (seed + Math.imul(place + 1, 0x9e37_79b9)) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0_aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a_2d97);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
}
