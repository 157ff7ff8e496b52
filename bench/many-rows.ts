import type { Store } from '#store/db.ts';

/**
 * Fills an installation as years of use do: so many audiences beside the first one, so many runs of that
 * one, and as many requests in its last run. By SQL, since the way in is not what is looked at.
 */
export async function fillManyRows(
  store: Store,
  { audiences, rows }: { readonly audiences: number; readonly rows: number },
): Promise<{ readonly audienceId: number; readonly runId: number }> {
  const [first] = await store.query<{ id: number }>('select min(id) as id from audience');
  const audienceId = first?.id ?? 0;
  await store.query(
    `insert into audience (database_id, integration_id, name, rule, rule_version, state, member_count)
     select database_id, integration_id, 'segment ' || to_char(i, 'FM00000'), rule, rule_version, 'never', i
     from audience, generate_series(2, $2::int) i where id = $1`,
    [audienceId, audiences],
  );
  const runs = await store.query<{ id: number }>(
    `insert into run (audience_id, trigger, state, started_at, finished_at)
     select $1, 'schedule', 'succeeded', muster_now() - i * interval '1 hour',
       muster_now() - i * interval '1 hour' + interval '9 seconds'
     from generate_series(1, $2::int) i returning id::int`,
    // The first was its own.
    [audienceId, rows - 1],
  );
  const runId = runs.at(-1)?.id ?? 0;
  await store.query(
    `insert into operation (link_id, run_id, kind, schema, row_count, people, sent_at, settles_at,
       outcome, finished_at)
     select l.id, $2, 'add', '{EXTERN_ID,EMAIL}', 100, 100, muster_now(), muster_now(), 'clean', muster_now()
     from link l, generate_series(1, $3::int) where l.audience_id = $1 and l.ended_at is null`,
    [audienceId, runId, rows],
  );
  await store.query('analyze audience, run, operation');
  return { audienceId, runId };
}
