import { type GraphError, graphErrors } from './graph-error.ts';
import { type GraphRequest, isRecord, jsonParam } from './graph-request.ts';
import type { RowRefusal } from './memberships.ts';
import type { EndpointFamily, EndpointName, RouteFound } from './routes.ts';
import type { State } from './state.ts';

/** What goes wrong, by name. docs/sandbox.md says each in words. */
export const faultNames = [
  'requestLost',
  'timeoutAfterCommit',
  'lateApply',
  'resetBefore',
  'resetAfter',
  'serverErrorBefore',
  'serverErrorAfter',
  'truncatedBody',
  'htmlBody',
  'throttle',
  'tokenDead',
  'termsRevoked',
  'malformed',
  'transient',
  'invalidRows',
  'audienceGone',
  'aliasMissing',
] as const;

export type FaultName = (typeof faultNames)[number];

type FaultPlace = EndpointName | EndpointFamily;

interface Fault {
  readonly name: FaultName;
  /** How often it strikes before it is gone; null = until cleared. */
  readonly times: number | null;
  /** Strikes only there: an endpoint ('users.add') or a family of them ('users'). */
  readonly on: FaultPlace | null;
  /** Strikes only requests for this audience or ad account. */
  readonly target: string | null;
  /** Strikes only payloads that hold a value beginning so; `invalidRows` spoils just those rows. */
  readonly valuePrefix: string | null;
  /** Of a throttle (80003, 17, 613, 4), or the subcode of a dead token (463, 460, …). */
  readonly code: number | null;
  /** `lateApply`: how long after the request its effect lands. */
  readonly lagMs: number;
  /** Where no answer comes: how long the silence lasts; null = until the client gives up. */
  readonly holdMs: number | null;
}

type FaultWanted = Pick<Fault, 'name'> & Partial<Omit<Fault, 'name'>>;

/** Chances of a fault in each request, drawn from the sandbox's own random numbers. */
interface FaultOdds {
  /** By name; together at most 1. */
  readonly odds: Readonly<Partial<Record<Exclude<FaultName, 'invalidRows'>, number>>>;
  readonly on?: FaultPlace | null;
  /** Late effects land after anything up to this. */
  readonly lagMs?: number;
  readonly holdMs?: number | null;
}

/** What becomes of one request: whether it takes effect, and what the client gets to see. */
export interface Fate {
  readonly fault: FaultName | null;
  readonly effect: 'now' | 'late' | 'none';
  readonly answer: 'whole' | 'silence' | 'reset' | 'truncated' | 'html' | GraphError;
  readonly lagMs: number;
  readonly holdMs: number | null;
  readonly rejects: RowRefusal;
}

export interface Faults {
  arm(fault: FaultWanted): void;
  setOdds(odds: FaultOdds | null): void;
  armed(): { faults: Fault[]; odds: FaultOdds | null };
  clear(): void;
  /** The longest lag that an armed fault can cause. */
  largestLagMs(): number;
  /** The fate of one request; a fault that strikes a number of times has then struck once. */
  draw(request: GraphRequest, route: RouteFound): Fate;
}

const defaults: Omit<Fault, 'name'> = {
  times: 1,
  on: null,
  target: null,
  valuePrefix: null,
  code: null,
  lagMs: 60_000,
  holdMs: null,
};

const never: RowRefusal = () => false;

export function createFaults({ sql, transact }: State, random: () => number): Faults {
  const readAll = () =>
    sql.all`select id, details from fault order by id`.map((row) => ({
      id: Number(row['id']),
      fault: JSON.parse(String(row['details'])) as Fault,
    }));
  const readOdds = () => {
    const kept = sql.get`select value from fact where name = 'odds'`?.['value'];
    return kept === undefined ? null : (JSON.parse(String(kept)) as FaultOdds);
  };
  const strike = (id: number, fault: Fault) => {
    if (fault.times === null) return;
    const left = JSON.stringify({ ...fault, times: fault.times - 1 });
    if (fault.times <= 1) sql.run`delete from fault where id = ${id}`;
    else sql.run`update fault set details = ${left} where id = ${id}`;
  };
  return {
    arm(wanted) {
      sql.run`insert into fault (details) values (${JSON.stringify({ ...defaults, ...wanted })})`;
    },
    setOdds(odds) {
      if (odds === null) sql.run`delete from fact where name = 'odds'`;
      else sql.run`insert or replace into fact values ('odds', ${JSON.stringify(odds)})`;
    },
    armed: () => ({ faults: readAll().map(({ fault }) => fault), odds: readOdds() }),
    clear() {
      transact(() => {
        sql.run`delete from fault`;
        sql.run`delete from fact where name = 'odds'`;
      });
    },
    largestLagMs() {
      const armed = readAll().filter(({ fault }) => fault.name === 'lateApply');
      const odds = readOdds();
      const drawnMs = (odds?.odds.lateApply ?? 0) > 0 ? (odds?.lagMs ?? defaults.lagMs) : 0;
      return Math.max(drawnMs, ...armed.map(({ fault }) => fault.lagMs));
    },
    draw(request, route) {
      const struck = readAll().filter(({ fault }) => strikes(fault, request, route));
      const spoiling = struck.filter(({ fault }) => fault.name === 'invalidRows');
      const main = struck.find(({ fault }) => fault.name !== 'invalidRows');
      transactIf(main !== undefined || spoiling.length > 0, transact, () => {
        for (const { id, fault } of spoiling) strike(id, fault);
        if (main !== undefined) strike(main.id, main.fault);
      });
      const fault = main?.fault ?? drawByOdds(readOdds(), route, random);
      const rejects = spoiling.length === 0 ? never : rejectsBy(spoiling.map((one) => one.fault));
      if (fault === null) {
        const name = spoiling.length === 0 ? null : 'invalidRows';
        return { fault: name, effect: 'now', answer: 'whole', lagMs: 0, holdMs: null, rejects };
      }
      const { lagMs, holdMs } = fault;
      return { fault: fault.name, ...outcomes[fault.name](fault, route), lagMs, holdMs, rejects };
    },
  };
}

type Outcome = Pick<Fate, 'effect' | 'answer'>;

const outcomes: Readonly<Record<FaultName, (fault: Fault, route: RouteFound) => Outcome>> = {
  requestLost: () => ({ effect: 'none', answer: 'silence' }),
  timeoutAfterCommit: () => ({ effect: 'now', answer: 'silence' }),
  lateApply: () => ({ effect: 'late', answer: 'silence' }),
  resetBefore: () => ({ effect: 'none', answer: 'reset' }),
  resetAfter: () => ({ effect: 'now', answer: 'reset' }),
  serverErrorBefore: () => ({ effect: 'none', answer: graphErrors.unknown() }),
  serverErrorAfter: () => ({ effect: 'now', answer: graphErrors.unknown() }),
  truncatedBody: () => ({ effect: 'now', answer: 'truncated' }),
  htmlBody: () => ({ effect: 'now', answer: 'html' }),
  throttle: ({ code }) => ({ effect: 'none', answer: graphErrors.throttled(code ?? 80_003) }),
  tokenDead: ({ code }) => ({ effect: 'none', answer: graphErrors.deadToken(code ?? 463) }),
  termsRevoked: () => ({ effect: 'none', answer: graphErrors.termsNotAccepted() }),
  malformed: () => ({ effect: 'none', answer: graphErrors.dataMismatch() }),
  transient: () => ({ effect: 'none', answer: graphErrors.unavailable() }),
  invalidRows: () => ({ effect: 'now', answer: 'whole' }),
  audienceGone: (_, { target }) => ({
    effect: 'none',
    answer: graphErrors.noSuchObject(target, 'post'),
  }),
  aliasMissing: () => ({ effect: 'none', answer: graphErrors.unknownAlias('users') }),
};

function drawByOdds(odds: FaultOdds | null, route: RouteFound, random: () => number): Fault | null {
  if (odds === null || !isOn(odds.on ?? null, route)) return null;
  let drawn = random();
  for (const name of faultNames) {
    const chance = name === 'invalidRows' ? 0 : (odds.odds[name] ?? 0);
    if (drawn < chance) {
      const lagMs = Math.floor((odds.lagMs ?? defaults.lagMs) * random());
      return { ...defaults, name, lagMs, holdMs: odds.holdMs ?? null };
    }
    drawn -= chance;
  }
  return null;
}

function strikes(fault: Fault, request: GraphRequest, route: RouteFound): boolean {
  if (!isOn(fault.on, route)) return false;
  if (fault.target !== null && fault.target !== route.target) return false;
  if (fault.valuePrefix === null) return fault.name !== 'invalidRows';
  const payload = jsonParam(request, 'payload');
  const data = isRecord(payload) ? payload['data'] : null;
  return (
    Array.isArray(data) && data.some((row) => rejectsBy([fault])(Array.isArray(row) ? row : [row]))
  );
}

function isOn(on: FaultPlace | null, { name }: RouteFound): boolean {
  return on === null || name === on || name.startsWith(`${on}.`);
}

function rejectsBy(faults: readonly Fault[]): RowRefusal {
  const prefixes = faults.map((fault) => fault.valuePrefix ?? '');
  return (row) => row.some((cell) => prefixes.some((prefix) => String(cell).startsWith(prefix)));
}

function transactIf(isNeeded: boolean, transact: State['transact'], work: () => void): void {
  if (isNeeded) transact(work);
}
