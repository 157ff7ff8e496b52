import { type Db, one } from './db.ts';

/** One number that is told to whoever scrapes, with what it is about. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * Everything that is measured, out of the database: every process of an installation tells the same. No
 * label is of a person: they are names of audiences, connections and databases, states and kinds.
 */
export async function readSamples(db: Db): Promise<Sample[]> {
  const { samples } = await one<{ samples: Sample[] }>(
    db,
    `with s (name, labels, value) as (
       select 'muster_audience_members', jsonb_build_object('audience', a.name, 'database', d.name),
         a.member_count::float8 from audience a join database d on d.id = a.database_id
       union all
       select 'muster_audience_synchronized_timestamp_seconds', jsonb_build_object('audience', a.name),
         extract(epoch from a.synchronized_at)::float8 from audience a where a.synchronized_at is not null
       union all
       select 'muster_runs', jsonb_build_object('state', x.state),
         (select count(*) from run r where r.state = x.state)::float8
       from unnest(array['queued', 'running', 'waiting', 'held']) x (state)
       union all
       select 'muster_runs_last_day', jsonb_build_object('state', x.state), (select count(*) from run r
         where r.state = x.state and r.finished_at > muster_now() - interval '1 day')::float8
       from unnest(array['succeeded', 'partial', 'failed', 'cancelled']) x (state)
       union all
       select 'muster_requests_last_day', jsonb_build_object('outcome', x.outcome), (select count(*)
         from operation o where o.outcome = x.outcome and not o.covered
           and o.sent_at > muster_now() - interval '1 day')::float8
       from unnest(array['clean', 'refused', 'uncertain']) x (outcome)
       union all
       select 'muster_rows_last_day', jsonb_build_object('kind', x.kind), (select coalesce(sum(o.row_count), 0)
         from operation o where o.kind = x.kind and o.outcome = 'clean' and not o.covered
           and o.sent_at > muster_now() - interval '1 day')::float8
       from unnest(array['add', 'remove']) x (kind)
       union all
       select 'muster_alerts_open', jsonb_build_object('kind', a.kind), count(*)::float8
       from alert a where a.resolved_at is null group by a.kind
       union all
       select 'muster_alert_messages_waiting', '{}'::jsonb, (select count(*) from alert_message
         where sent_at is null and given_up_at is null)::float8
       union all
       select 'muster_calls_waiting', '{}'::jsonb, (select coalesce(sum(call_count), 0) from inbox
         where not stuck)::float8
       union all
       select 'muster_calls_oldest_seconds', '{}'::jsonb, coalesce((select extract(epoch from
         muster_now() - min(received_at)) from inbox where not stuck), 0)::float8
       union all
       select 'muster_opt_outs_waiting', '{}'::jsonb,
         (select count(*) from opt_out where done_at is null)::float8
       union all
       select 'muster_opt_out_oldest_seconds', '{}'::jsonb, coalesce((select extract(epoch from
         muster_now() - min(opened_at)) from opt_out where done_at is null), 0)::float8
       union all
       select 'muster_erasures_open', '{}'::jsonb,
         (select count(*) from erasure where state = 'open')::float8
       union all
       select 'muster_connection_stopped', jsonb_build_object('connection', c.name),
         (c.stopped_at is not null)::integer::float8 from connection c
       union all
       select 'muster_token_end_timestamp_seconds', jsonb_build_object('connection', c.name),
         extract(epoch from c.token_ends_at)::float8 from connection c where isfinite(c.token_ends_at)
       union all
       select 'muster_backup_timestamp_seconds', '{}'::jsonb, extract(epoch from max(at))::float8
       from backup having max(at) is not null
       union all
       select 'muster_database_bytes', '{}'::jsonb, pg_database_size(current_database())::float8
       union all
       select 'muster_paused', '{}'::jsonb, (paused_at is not null)::integer::float8 from installation
     )
     select coalesce(jsonb_agg(s), '[]') as samples from s`,
  );
  return samples;
}
