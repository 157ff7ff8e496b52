import type { Db } from './db.ts';

/** One event of a person, whole. */
interface ExportedEvent {
  readonly name: string;
  readonly at: string;
  readonly receivedAt: string;
  readonly properties: object;
}

/** What Meta was told last of one row of a person, in one Meta audience. */
interface Sent {
  readonly audience: string;
  readonly metaAudienceId: string;
  readonly adAccount: string;
  /** added: they were sent to it; removed: Meta was asked to take them out. */
  readonly what: 'added' | 'removed';
  readonly state: 'in' | 'out' | 'unknown' | 'rejected';
  readonly sentAt: string;
  readonly runId: string | null;
}

interface ExportedChange {
  readonly at: string;
  readonly source: string;
  readonly about: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** A way through a scenario or an automation, with what was done. */
interface ExportedWalk {
  readonly scenario: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly steps: readonly {
    readonly step: number;
    readonly at: string;
    readonly outcome: string;
  }[];
}

/** Everything that is held about a person beside the profile itself, without an end. */
export interface PersonExport {
  readonly events: readonly ExportedEvent[];
  readonly changes: readonly ExportedChange[];
  readonly walks: readonly ExportedWalk[];
  readonly sent: readonly Sent[];
}

export async function exportPerson(
  db: Db,
  databaseId: number,
  profileId: number,
): Promise<PersonExport> {
  const events = await db.query<ExportedEvent>(
    `select name, to_jsonb(at) #>> '{}' as at, to_jsonb(received_at) #>> '{}' as "receivedAt", properties
     from event where database_id = $1 and profile_id = $2 order by event.at`,
    [databaseId, profileId],
  );
  const changes = await db.query<ExportedChange>(
    `select to_jsonb(at) #>> '{}' as at, source, about, before, after from profile_change c
     where database_id = $1 and profile_id = $2 order by c.at, about`,
    [databaseId, profileId],
  );
  const walks = await db.query<ExportedWalk>(
    `select coalesce(s.name, a.name) as scenario, to_jsonb(w.started_at) #>> '{}' as "startedAt",
       to_jsonb(w.ended_at) #>> '{}' as "endedAt",
       (select coalesce(jsonb_agg(jsonb_build_object('step', t.step, 'at', t.at, 'outcome', t.outcome)
          order by t.step), '[]') from walk_step t where t.walk_id = w.id) as steps
     from walk w join scenario s on s.id = w.scenario_id left join audience a on a.id = s.audience_id
     where w.profile_id = $1 and s.database_id = $2 order by w.id`,
    [profileId, databaseId],
  );
  const sent = await db.query<Sent>(
    `select a.name as audience, l.meta_audience_id as "metaAudienceId", l.ad_account as "adAccount",
       case o.kind when 'add' then 'added' else 'removed' end as what, s.state,
       to_jsonb(o.sent_at) #>> '{}' as "sentAt", o.run_id::text as "runId"
     from match_row mr join ledger_state s on s.match_row_id = mr.id
     join operation o on o.id = s.op_id join link l on l.id = s.link_id
     join audience a on a.id = l.audience_id
     where mr.database_id = $1 and mr.profile_id = $2 order by o.sent_at, o.id`,
    [databaseId, profileId],
  );
  return { events, changes, walks, sent };
}
