import type { Store } from '#store/db.ts';

/**
 * Fills the first database as years of use do: so many audiences, and one of them, `audienceId`, with so
 * many members, runs, and requests in its first run. By SQL, since not the way in is what is looked at.
 */
export async function fillManyRows(
  store: Store,
  { audienceId, audiences, rows }: { audienceId: number; audiences: number; rows: number },
): Promise<{ runId: number }> {
  await store.query(
    `insert into profile (database_id, id, bucket, external_id, consent, sufficiency, fingerprint,
       changed_xid, match_row_ids, identifiers, traits)
     select 1, i, bucket_of(i), 'many-' || i, true, 2, i, pg_current_xact_id(), '{}',
       jsonb_build_object('email', 'many' || i || '@example.com'), '{"plan": "many"}'
     from generate_series(1000001, 1000000 + $1::bigint) i`,
    [rows],
  );
  await store.query(
    `insert into member (audience_id, profile_id, bucket, since)
     select $1, i, bucket_of(i), muster_now() from generate_series(1000001, 1000000 + $2::bigint) i`,
    [audienceId, rows],
  );
  await store.query(
    `update audience set member_count = $2, members_changed_at = muster_now(), looked_at = muster_now()
     where id = $1`,
    [audienceId, rows],
  );
  await store.query(
    `insert into audience (database_id, integration_id, name, rule, rule_version, state)
     select database_id, integration_id, 'segment ' || to_char(i, 'FM00000'), rule, rule_version, 'never'
     from audience, generate_series(1, $2::int) i where id = $1`,
    [audienceId, audiences],
  );
  const runs = await store.query<{ id: number }>(
    `insert into run (audience_id, trigger, state, started_at, finished_at)
     select $1, 'schedule', 'succeeded', muster_now() - i * interval '1 hour',
       muster_now() - i * interval '1 hour' + interval '9 seconds'
     from generate_series(1, $2::int) i returning id::int`,
    [audienceId, rows],
  );
  const runId = runs[0]?.id ?? 0;
  await store.query(
    `with linked as (
       insert into link (audience_id, database_id, ad_account, meta_audience_id, ended_at)
       select id, database_id, 'act_1', 'of many', muster_now() from audience where id = $1 returning id)
     insert into operation (link_id, run_id, kind, schema, row_count, people, sent_at, settles_at,
       outcome, finished_at)
     select linked.id, $2, 'add', '{EXTERN_ID,EMAIL}', 100, 100, muster_now(), muster_now(), 'clean',
       muster_now()
     from linked, generate_series(1, $3::int)`,
    [audienceId, runId, rows],
  );
  await store.query('analyze profile, member, audience, run, operation');
  return { runId };
}
