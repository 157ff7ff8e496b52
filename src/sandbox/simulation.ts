import type { HeldRows } from './held-rows.ts';
import type { Population } from './population.ts';
import type { Settings } from './settings.ts';
import type { State } from './state.ts';
import type { World } from './world.ts';

/** What every endpoint works with. */
export interface Simulation {
  readonly state: State;
  readonly world: World;
  readonly population: Population;
  readonly rows: HeldRows;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
  settings(): Settings;
}
