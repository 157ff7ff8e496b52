import { type Fault, faultDefaults, isOn, outcomeOf, type Shown } from './fault-kinds.ts';
import { createOdds, type FaultOdds } from './fault-odds.ts';
import { type GraphRequest, isRecord, jsonParam } from './graph-request.ts';
import type { RowRefusal } from './memberships.ts';
import { faultsInName, likeMarker } from './named-faults.ts';
import type { RouteFound } from './routes.ts';
import type { State } from './state.ts';

type FaultWanted = Pick<Fault, 'name'> & Partial<Omit<Fault, 'name'>>;

/** What becomes of one request: whether it takes effect, and what the client gets to see. */
export interface Fate {
  readonly fault: Fault | null;
  readonly effect: 'now' | 'late' | 'none';
  readonly answer: Shown;
  readonly rejects: RowRefusal;
}

/** The names that stand over a request, in which faults may stand. */
export interface NamesOver {
  readonly audience: { readonly id: string; readonly name: string } | null;
  readonly account: { readonly id: string; readonly name: string } | null;
}

export interface Faults {
  arm(fault: FaultWanted): void;
  setOdds(odds: FaultOdds | null): void;
  armed(): { faults: Fault[]; odds: FaultOdds | null };
  clear(): void;
  /** The longest lag that an armed fault can cause. */
  largestLagMs(): number;
  /** The fate of one request; a fault that strikes a number of times has then struck once. */
  draw(request: GraphRequest, route: RouteFound, over: NamesOver): Fate;
  /** The fault that ends the connection before the body of this request is read, if one does. */
  endBeforeBody(head: GraphRequest, route: RouteFound, over: NamesOver): Fault | null;
}

const never: RowRefusal = () => false;

/** A fault that may strike, and what is written down when it has. */
interface Candidate {
  readonly fault: Fault;
  strike(): void;
}

/** Those that were armed, in the order they were. */
function armedCandidates({ sql }: State): Candidate[] {
  return sql.all`select id, details from fault order by id`.map((row) => {
    const fault = { ...faultDefaults, ...(JSON.parse(String(row['details'])) as Fault) };
    const strike = () => {
      const id = Number(row['id']);
      if (fault.times === null) return;
      const left = JSON.stringify({ ...fault, times: fault.times - 1 });
      if (fault.times <= 1) sql.run`delete from fault where id = ${id}`;
      else sql.run`update fault set details = ${left} where id = ${id}`;
    };
    return { fault, strike };
  });
}

/** Those in a name; they count their strikes by themselves, for they cannot be taken out of it. */
function namedCandidates({ sql }: State, owner: { id: string; name: string } | null): Candidate[] {
  return faultsInName(owner?.name ?? '').flatMap((fault) => {
    const key = `struck ${owner?.id} ${JSON.stringify(fault)}`;
    const struck = Number(sql.get`select value from fact where name = ${key}`?.['value'] ?? 0);
    if (fault.times !== null && struck >= fault.times) return [];
    const strike = () => {
      if (fault.times === null) return;
      sql.run`insert or replace into fact (name, value) values (${key}, ${String(struck + 1)})`;
    };
    return [{ fault, strike }];
  });
}

/** The faults in all names that may strike late. */
function lateInNames({ sql }: State): Fault[] {
  const like = likeMarker('lateApply');
  const names = sql.all`
    select json_extract(details, '$.name') as name from audience
    where deleted_at is null and details like ${like}
    union all select name from account where name like ${like}`;
  return names.flatMap(({ name }) => faultsInName(String(name)));
}

export function createFaults(state: State, random: () => number): Faults {
  const { sql, transact } = state;
  const odds = createOdds(state, random);
  const armed = () => armedCandidates(state).map(({ fault }) => fault);
  /** A name strikes what is written below it, unless it says where. */
  const candidates = (request: GraphRequest, route: RouteFound, over: NamesOver): Candidate[] => [
    ...armedCandidates(state),
    ...namedCandidates(state, over.audience).filter(
      ({ fault }) => fault.on !== null || route.name.startsWith('users.'),
    ),
    ...namedCandidates(state, over.account).filter(
      ({ fault }) => fault.on !== null || request.method !== 'GET',
    ),
  ];
  return {
    arm(wanted) {
      const text = JSON.stringify({ ...faultDefaults, ...wanted });
      sql.run`insert into fault (details) values (${text})`;
    },
    setOdds: (wanted) => odds.set(wanted),
    armed: () => ({ faults: armed(), odds: odds.read() }),
    clear() {
      transact(() => {
        sql.run`delete from fault`;
        odds.set(null);
      });
    },
    largestLagMs() {
      const late = [...armed(), ...lateInNames(state)].filter(({ name }) => name === 'lateApply');
      const chance = odds.read();
      const isDrawn = (chance?.odds.lateApply ?? 0) > 0;
      const drawnMs = isDrawn ? (chance?.lagMs ?? faultDefaults.lagMs) : 0;
      return Math.max(drawnMs, ...late.map(({ lagMs }) => lagMs));
    },
    endBeforeBody(head, route, over) {
      const struck = candidates(head, route, over).find(
        ({ fault }) => fault.name === 'resetDuring' && isAimedAt(fault, route),
      );
      struck?.strike();
      return struck?.fault ?? null;
    },
    draw(request, route, over) {
      const struck = candidates(request, route, over).filter(
        ({ fault }) => fault.name !== 'resetDuring' && strikes(fault, request, route),
      );
      const spoiling = struck.filter(({ fault }) => fault.name === 'invalidRows');
      const main = struck.find(({ fault }) => fault.name !== 'invalidRows');
      if (struck.length > 0) {
        transact(() => {
          for (const one of spoiling) one.strike();
          main?.strike();
        });
      }
      const fault = main?.fault ?? odds.draw(route);
      const rejects = spoiling.length === 0 ? never : rejectsBy(spoiling.map((one) => one.fault));
      if (fault === null) {
        return { fault: spoiling[0]?.fault ?? null, effect: 'now', answer: 'whole', rejects };
      }
      return { fault, ...outcomeOf(fault, route), rejects };
    },
  };
}

function strikes(fault: Fault, request: GraphRequest, route: RouteFound): boolean {
  if (!isAimedAt(fault, route)) return false;
  if (fault.valuePrefix === null) return fault.name !== 'invalidRows';
  const payload = jsonParam(request, 'payload');
  const data = isRecord(payload) ? payload['data'] : null;
  return (
    Array.isArray(data) && data.some((row) => rejectsBy([fault])(Array.isArray(row) ? row : [row]))
  );
}

function isAimedAt({ on, target }: Fault, route: RouteFound): boolean {
  return isOn(on, route) && (target === null || target === route.target);
}

function rejectsBy(faults: readonly Fault[]): RowRefusal {
  const prefixes = faults.map((fault) => fault.valuePrefix ?? '');
  return (row) => row.some((cell) => prefixes.some((prefix) => String(cell).startsWith(prefix)));
}
