import type { Db } from './db.ts';

/** Something that is shown, and a text that differs when it should be read again. */
export interface Mark {
  readonly kind: 'audience' | 'run';
  readonly id: string;
  readonly databaseId: number;
  readonly mark: string;
}

/** Of every audience, and of the runs that are under way or ended a minute ago or less. */
export async function readMarks(db: Db): Promise<Mark[]> {
  return await db.query<Mark>(
    `select 'audience' as kind, a.id::text, a.database_id as "databaseId",
       concat_ws(' ', a.version, a.state, a.name, a.member_count, a.synchronized_at, a.paused_at, a.next_run_at) as mark
     from audience a
     union all
     select 'run', r.id::text, a.database_id,
       concat_ws(' ', r.state, r.released_by, md5(r.counts::text),
         (select count(*) from operation o where o.run_id = r.id and o.finished_at is not null))
     from run r join audience a on a.id = r.audience_id
     where r.state in ('queued', 'running', 'waiting', 'held')
       or r.finished_at > muster_now() - interval '1 minute'`,
  );
}
