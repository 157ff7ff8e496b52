import { type FaultName, faultNames } from '#sandbox/fault-kinds.ts';
import { Chance } from '../exact/chance.ts';
import { codesByMeaning } from './listed-errors.ts';

/**
 * One life as data: who the people are and what happens to them, act by act. A seed writes it; each
 * act draws from numbers of its own, so one that is taken out leaves the others as they were.
 */
export interface Script {
  readonly seed: number;
  readonly setting: Setting;
  readonly acts: readonly Act[];
}

export interface Setting {
  readonly people: number;
  /** How often an e-mail or a phone is somebody else's as well. */
  readonly sharing: number;
  readonly columns: readonly string[];
  readonly audiences: 1 | 2;
  /** Meta knows whose a value is: a removal by one takes the person. */
  readonly asPeople: boolean;
  /** How often a request arrives a second time, within so many milliseconds. */
  readonly duplicateOdds: number;
  readonly duplicateLagMs: number;
  readonly sessionsReopen: boolean;
  /** Nobody renews it otherwise, and several workers run one audience, each believing to be alone. */
  readonly lease: boolean;
  /** A transaction elsewhere stays open from the first act to the last. */
  readonly longTransaction: boolean;
  /** Meta lets an ad account do little, and all processes share one budget for it. */
  readonly tightQuota: boolean;
}

export type Act =
  | { readonly act: 'faults'; readonly seed: number; readonly faults: FaultPlan }
  | {
      readonly act: 'import';
      readonly seed: number;
      readonly file: FilePlan;
      readonly deathAt: number | null;
    }
  | { readonly act: 'shift'; readonly seed: number; readonly workers: readonly WorkerPlan[] }
  | { readonly act: 'pass'; readonly seed: number; readonly ms: number };

export interface FaultPlan {
  readonly odds: Readonly<Partial<Record<SandboxFault, number>>>;
  /** Everywhere, or only where rows are sent. */
  readonly everywhere: boolean;
  readonly lagMs: number;
  /** Rows with a value that begins so are no good, however often they are sent. */
  readonly bad: { readonly name: 'invalidRows' | 'malformed'; readonly valuePrefix: string } | null;
  /** One of Meta's listed errors, or a fault of the network, and how often it comes. */
  readonly listed: { readonly meaning: string; readonly odds: number } | null;
}

export type SandboxFault = Exclude<FaultName, 'invalidRows' | 'slowAnswer'>;

/** All that go by odds, but for one that takes seconds of the real clock. */
export const faultsByOdds: readonly SandboxFault[] = faultNames.filter(
  (name) => name !== 'invalidRows' && name !== 'slowAnswer',
);

export interface FilePlan {
  readonly mirror: boolean;
  readonly change: number;
  readonly lose: number;
  readonly return: number;
  readonly join: number;
  readonly country: string | null;
}

/**
 * What somebody does with a whole audience: links it to another Meta audience, or to one that it had
 * before; deactivates it and leaves its people there, or removes them first; activates it again; stops
 * its run.
 */
export const lifecycleWork = [
  'relink',
  'relink back',
  'leave',
  'empty',
  'activate',
  'cancel',
] as const;
export type LifecycleWork = (typeof lifecycleWork)[number];

export interface WorkerPlan {
  /** no and forget: somebody, drawn from those who are known, opts out or asks to be forgotten. */
  readonly does: 'sync' | 'wait' | 'apply' | 'release' | 'import' | 'no' | 'forget' | LifecycleWork;
  readonly audience: 0 | 1;
  readonly file: FilePlan | null;
  /** It comes when so much of the shift has happened. */
  readonly startsAt: number;
  /** It is killed, or stopped for a while, at its n-th step. */
  readonly deathAt: number | null;
  readonly freeze: { readonly at: number; readonly ms: number } | null;
  /** How far its own clock is off. */
  readonly clockSkewMs: number;
}

const minuteMs = 60_000;
/** Rarer in a life: what stays until a person acts. */
export const lastingFaults: readonly string[] = [
  ...['tokenDead', 'termsRevoked', 'audienceGone', 'aliasMissing', 'malformed'],
  ...['permissionMissing', 'audienceFlagged'],
];
export const identifiersSometimes: readonly string[] = [
  'first',
  'birth',
  'city',
  'zip',
  'country',
  'gender',
  'madid',
];

export function writeScript(seed: number): Script {
  const chance = new Chance(seed);
  const setting: Setting = {
    people: chance.happens(0.25) ? 40 + chance.below(40) : 4 + chance.below(36),
    sharing: chance.pick([0, 0.3, 0.6]),
    columns: [
      ...['email', 'email2', 'phone', 'last', 'plan', 'spent', 'consent'],
      ...chance.some(identifiersSometimes, 0.3),
    ],
    audiences: chance.happens(0.3) ? 2 : 1,
    asPeople: chance.happens(0.5),
    duplicateOdds: chance.pick([0, 0.1]),
    duplicateLagMs: chance.pick([1_000, 20_000]),
    sessionsReopen: chance.happens(0.5),
    lease: chance.happens(0.7),
    longTransaction: chance.happens(0.1),
    tightQuota: false,
  };
  const acts: Act[] = [
    { act: 'import', seed: seedOf(chance), file: firstFile, deathAt: null },
    { act: 'faults', seed: seedOf(chance), faults: faultPlan(chance) },
  ];
  const rounds = 3 + chance.below(8);
  for (let round = 0; round < rounds; round++) {
    if (chance.happens(0.6)) {
      const deathAt = chance.happens(0.2) ? 1 + chance.below(60) : null;
      acts.push({ act: 'import', seed: seedOf(chance), file: filePlan(chance), deathAt });
    }
    acts.push({ act: 'shift', seed: seedOf(chance), workers: workers(chance, setting) });
    if (chance.happens(0.3)) {
      acts.push({ act: 'faults', seed: seedOf(chance), faults: faultPlan(chance) });
    }
    const ms = chance.pick([0, 500, 5_000, minuteMs, 10 * minuteMs, 26 * 60 * minuteMs]);
    acts.push({ act: 'pass', seed: seedOf(chance), ms });
  }
  return { seed, setting, acts: withLifecycle(seed, acts) };
}

/** Drawn apart, so that the rest of a life stays as it was; the seeds that broke once have none of it. */
const lifecycleSalt = 6_000_000;

/** In some lives workers do something with a whole audience in place of what they would have done. */
function withLifecycle(seed: number, acts: readonly Act[]): Act[] {
  const chance = new Chance(lifecycleSalt + seed);
  const odds = chance.pick([0, 0, 0.25]);
  return acts.map((act) => {
    if (act.act !== 'shift') return act;
    const workers = act.workers.map((worker) =>
      chance.happens(odds) ? { ...worker, does: chance.pick(lifecycleWork) } : worker,
    );
    return { ...act, workers };
  });
}

function seedOf(chance: Chance): number {
  return chance.below(2 ** 31);
}

const firstFile: FilePlan = { mirror: true, change: 0, lose: 0, return: 0, join: 0, country: null };

function filePlan(chance: Chance): FilePlan {
  return {
    mirror: chance.happens(0.4),
    change: chance.pick([0.05, 0.2, 0.6]),
    lose: chance.pick([0, 0.1, 0.4]),
    return: 0.3,
    join: chance.pick([0, 1, 1, 3]),
    country: chance.happens(0.15) ? chance.pick(['DE', 'AT']) : null,
  };
}

/** Throttles and faults of Meta's own are what is met most. */
const oftenMet = ['account throttled', 'unknown at Meta', 'fault at Meta'];
const listedMeanings = [
  ...codesByMeaning.keys(),
  ...Array.from({ length: 6 }, () => oftenMet).flat(),
];

/** Each kind of fault is armed or not, each with odds of its own. */
function faultPlan(chance: Chance): FaultPlan {
  const odds: FaultPlan['odds'] = Object.fromEntries(
    chance
      .some(faultsByOdds, 0.25)
      .map((name) => [name, round(chance.next() * (lastingFaults.includes(name) ? 0.03 : 0.15))]),
  );
  const valuePrefix = chance.below(256).toString(16).padStart(2, '0');
  const name = chance.pick(['invalidRows', 'malformed'] as const);
  return {
    odds,
    everywhere: chance.happens(0.2),
    lagMs: chance.pick([500, 10_000, 3 * minuteMs]),
    bad: chance.happens(0.3) ? { name, valuePrefix } : null,
    listed: chance.happens(0.4)
      ? { meaning: chance.pick(listedMeanings), odds: chance.pick([0.05, 0.3]) }
      : null,
  };
}

function round(odds: number): number {
  return Math.round(odds * 1_000) / 1_000;
}

/** Mostly one; up to four that come while the others are at work. */
function workers(chance: Chance, setting: Setting): WorkerPlan[] {
  const count = chance.pick([1, 1, 1, 2, 2, 3, 4]);
  return Array.from({ length: count }, (_, i) => {
    const does = chance.pick(
      i === 0 ? (['sync', 'sync', 'wait', 'apply', 'release'] as const) : laterWork,
    );
    return {
      does,
      audience: setting.audiences === 2 && chance.happens(0.5) ? 1 : 0,
      file: does === 'import' ? filePlan(chance) : null,
      startsAt: i === 0 ? 0 : chance.below(90),
      deathAt: chance.happens(0.3) ? 1 + chance.below(110) : null,
      freeze: chance.happens(0.15)
        ? { at: 1 + chance.below(90), ms: chance.pick([3_000, 8_000, 5 * minuteMs]) }
        : null,
      clockSkewMs: chance.happens(0.2) ? chance.pick([-5, -1, 1, 5]) * minuteMs : 0,
    };
  });
}

const laterWork = ['sync', 'sync', 'apply', 'import', 'import', 'no', 'forget'] as const;
