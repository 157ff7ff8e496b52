import { MusterError } from '#domain/errors/muster-error.ts';
import { cutAudit, isCutOff } from './audit.ts';
import type { Store } from './db.ts';
import type { Db } from './db.ts';

/** What is kept for a time, and how long if nobody says otherwise. */
interface Kept {
  readonly days: number;
  /** As people read it. */
  readonly words: string;
  /** The table, and which of its rows are older than $1 days and needed by nothing. */
  readonly from: string;
  readonly where: string;
}

const older = (moment: string) => `${moment} < muster_now() - make_interval(days => $1::integer)`;

/** The document of every rule, scenario and automation; what it names of events stands in it. */
const documents = `
  select rule as document from audience where rule is not null
  union all select definition from scenario`;

/**
 * Events that a rule looks for by a window are kept as long as the longest window of that rule; without a
 * window, and for computed traits of all time, they are kept. The rest of a rule's people would change.
 */
const isNeeded = `(
  exists (select from computed_trait c where c.database_id = t.database_id and c.event = t.name
    and (c.days is null or t.at > muster_now() - make_interval(days => ceil(c.days)::integer)))
  or t.name in (select jsonb_path_query(d.document, '$.**.event') #>> '{}' from (${documents}) d
    where coalesce(t.at > muster_now() - make_interval(days => (
      select ceil(max((w.days #>> '{}')::float8))::integer
      from jsonb_path_query(d.document, '$.**.days ? (@.type() == "number")') w (days))), true)))`;

export const keptFor = {
  events: {
    days: 395,
    words: 'what people did; first, last and how often stay, and so does what a rule looks for',
    from: 'event',
    where: `${older('t.at')} and not ${isNeeded}`,
  },
  operations: {
    days: 90,
    words: 'requests to Meta that no row points to any more',
    from: 'operation',
    where: `${older('t.finished_at')} and t.settles_at < muster_now()
      and not exists (select from ledger l where l.link_id = t.link_id and l.op_id = t.id)
      and not exists (select from rejection r where r.link_id = t.link_id and r.op_id = t.id)
      and not exists (select from opt_out o where o.op_id = t.id)
      and not exists (select from replacement p where p.id = t.replacement_id)`,
  },
  plans: {
    days: 30,
    words: 'plans that were looked at',
    from: 'plan',
    where: `${older('t.created_at')} and t.state <> 'held'
      and not exists (select from replacement p where p.plan_id = t.id)
      and not exists (select from run r where r.held_plan_id = t.id)`,
  },
  runs: {
    days: 400,
    words: 'runs, but for the last of each audience',
    from: 'run',
    where: `${older('t.finished_at')} and t.state not in ('queued', 'running', 'waiting', 'held')
      and t.id < (select max(r.id) from run r where r.audience_id = t.audience_id)
      and not exists (select from operation o where o.run_id = t.id)
      and not exists (select from plan p where p.run_id = t.id)
      and not exists (select from meta_reading m where m.run_id = t.id)`,
  },
  readings: {
    days: 400,
    words: 'sizes and statuses that Meta gave, but for the first and the last of each audience',
    from: 'meta_reading',
    where: `${older('t.read_at')}
      and t.id not in (select min(m.id) from meta_reading m group by m.link_id)
      and t.id not in (select max(m.id) from meta_reading m group by m.link_id)`,
  },
  'failed rows': {
    days: 30,
    words: 'rows of models that could not be taken, but for those of the last run',
    from: 'model_failed_row',
    where: `exists (select from model_run r where r.id = t.run_id and ${older('r.started_at')}
      and r.id < (select max(n.id) from model_run n where n.model_id = r.model_id))`,
  },
  'model runs': {
    days: 180,
    words: 'runs of models, but for the last of each',
    from: 'model_run',
    where: `${older('t.finished_at')}
      and t.id < (select max(r.id) from model_run r where r.model_id = t.model_id)`,
  },
  imports: {
    days: 400,
    words: 'imports, but for the last of each database',
    from: 'import',
    where: `${older('t.finished_at')} and t.state <> 'reading' and t.id < (
      select max(i.id) from import i where i.database_id = t.database_id and i.state = 'done')`,
  },
  calls: {
    days: 30,
    words: 'the last calls that came in, as `events tail` shows them',
    from: 'recent_call',
    where: `${older('t.at')} and t.id not in (select max(c.id) from recent_call c where c.accepted
      group by c.database_id)`,
  },
  'walk steps': {
    days: 180,
    words: 'steps of people whose way through a scenario has ended',
    from: 'walk_step',
    where: `exists (select from walk w where w.id = t.walk_id and ${older('w.ended_at')})`,
  },
  changes: {
    days: 400,
    words: 'what was changed about people, and what kept them out',
    from: 'profile_change',
    where: older('t.at'),
  },
  'audit log': {
    days: 1_100,
    words: 'who changed or saw what; what is gone is named in the log itself',
    from: 'audit_entry',
    where: `${older('t.at')} and ${isCutOff}`,
  },
  alerts: {
    days: 180,
    words: 'alerts that are over',
    from: 'alert',
    where: older('t.resolved_at'),
  },
} as const satisfies Record<string, Kept>;

export type KeptName = keyof typeof keptFor;

export interface Retention {
  readonly name: KeptName;
  readonly words: string;
  readonly defaultDays: number;
  /** Null: for ever. */
  readonly days: number | null;
}

export async function readRetention(db: Db): Promise<Retention[]> {
  const rows = await db.query<{ name: string; days: number | null }>(
    'select name, days from retention',
  );
  const set = new Map(rows.map(({ name, days }) => [name, days]));
  return Object.entries(keptFor).map(([name, { words, days: defaultDays }]) => {
    const days = set.get(name);
    const known = name as KeptName;
    return { name: known, words, defaultDays, days: days === undefined ? defaultDays : days };
  });
}

/** @throws MusterError RETENTION_UNKNOWN */
export function keptNamed(name: string): KeptName {
  if (Object.hasOwn(keptFor, name)) return name as KeptName;
  throw new MusterError('RETENTION_UNKNOWN', `“${name}”`);
}

/** `days` null: for ever. */
export async function setRetention(db: Db, name: KeptName, days: number | null): Promise<void> {
  await db.query(
    `insert into retention (name, days) values ($1, $2)
     on conflict (name) do update set days = excluded.days`,
    [name, days],
  );
}

/** Rows at once: a transaction that deletes more holds others up. */
const AT_ONCE = 20_000;

/** Drops what is older than it has to be kept; gives how many rows of each. */
export async function applyRetention(store: Store): Promise<ReadonlyMap<KeptName, number>> {
  const dropped = new Map<KeptName, number>();
  for (const { name, days } of await readRetention(store)) {
    if (days === null) continue;
    const { from, where }: Kept = keptFor[name];
    if (name === 'audit log') await cutAudit(store, days);
    let rows = 0;
    for (let last = AT_ONCE; last === AT_ONCE; rows += last) {
      const gone = await store.query(
        `delete from ${from} where ctid = any (array(
           select t.ctid from ${from} t where ${where} limit ${AT_ONCE})) returning 1 as one`,
        [days],
      );
      last = gone.length;
    }
    dropped.set(name, rows);
  }
  return dropped;
}

/** Once a day, by whoever comes first. */
export async function retainDaily(store: Store): Promise<void> {
  const mine = await store.query(
    `update installation set retained_at = muster_now()
     where retained_at is null or retained_at < muster_now() - interval '1 day' returning 1 as one`,
  );
  if (mine.length > 0) await applyRetention(store);
}
