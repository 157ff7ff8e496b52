import type { Db } from './db.ts';

/** An audience whose last run left something to send, or is still sending. */
export interface Unfinished {
  readonly audience: string;
  readonly integration: string;
  /** Of its newest plan; what a run finds on its way comes on top. */
  readonly requestsLeft: number;
  /** How long one of its requests took of late. */
  readonly requestMs: number;
}

export async function unfinishedAudiences(db: Db): Promise<Unfinished[]> {
  return await db.query<Unfinished>(
    `select a.name as audience, i.name as integration, left_over.requests as "requestsLeft",
       coalesce(spent.ms, 1000)::float8 as "requestMs"
     from audience a
     join integration i on i.id = a.integration_id
     join lateral (select state from run where audience_id = a.id order by id desc limit 1) r
       on r.state in ('running', 'waiting', 'partial')
     join lateral (
       select link_id, counts, created_at from plan where audience_id = a.id order by id desc limit 1) p
       on p.link_id is not null
     cross join lateral (
       select (p.counts->>'requests')::int
         - (select count(*) from operation o
            where o.link_id = p.link_id and not o.covered and o.sent_at >= p.created_at)::int as requests
     ) left_over
     cross join lateral (
       select avg(extract(epoch from finished_at - sent_at)) * 1000 as ms from (
         select finished_at, sent_at from operation
         where link_id = p.link_id and not covered and finished_at is not null
         order by id desc limit 20) late
     ) spent
     where left_over.requests > 0
     order by a.id`,
  );
}
