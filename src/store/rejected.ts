import type { Db } from './db.ts';

/** Why somebody of an audience is not told to Meta, or not with everything. */
export interface RejectedPerson {
  readonly externalId: string;
  /** Nothing of them is sent; one value of them is not; Meta refused their row. */
  readonly kind: 'notEnoughIdentifiers' | 'noValue' | 'badRequest' | 'refusedByMeta';
  /** The key of a bad value; null where it is about the whole person. */
  readonly key: string | null;
  readonly reason: string;
}

/** The members who are held back, spoilt or refused, a page at a time in the order of profile ids. */
export async function* rejectedPeople(
  db: Db,
  audience: { id: number; databaseId: number },
  sufficiencyMin: 1 | 2,
  pagePeople = 5_000,
): AsyncGenerator<RejectedPerson[]> {
  let after = 0;
  for (;;) {
    const page = await db.query<RejectedPerson & { id: number }>(
      `with person as materialized (
         select p.id, p.external_id, p.sufficiency, p.unusable, p.match_row_ids
         from profile p join member m on m.audience_id = $1 and m.profile_id = p.id
         where p.database_id = $2 and p.id > $4
           and (p.sufficiency < $3 or p.unusable is not null or p.id in (${refusedProfiles})
             or p.id in (${valuelessProfiles}))
         order by p.id limit $5
       )
       select id, external_id as "externalId", 'notEnoughIdentifiers' as kind, null as key,
         'not enough identifiers' as reason, 1 as place
       from person where sufficiency < $3
       union all
       select id, external_id, 'badRequest', u.pair->>0, u.pair->>1, 2
       from person cross join jsonb_array_elements(unusable) u (pair)
       union all
       select id, external_id, 'noValue', 'LOOKALIKE_VALUE', 'no lookalike value', 1
       from person where id in (${valuelessProfiles})
       union all
       select p.id, external_id, 'refusedByMeta', r.key, r.reason, 3
       from person p
       join rejection r on r.match_row_id = any(p.match_row_ids)
       join link l on l.id = r.link_id and l.audience_id = $1 and l.ended_at is null
       order by 1, place, key, reason`,
      [audience.id, audience.databaseId, sufficiencyMin, after, pagePeople],
    );
    const last = page.at(-1);
    if (last === undefined) return;
    yield page.map(({ externalId, kind, key, reason }) => ({ externalId, kind, key, reason }));
    after = last.id;
  }
}

const valuelessProfiles = `
  select v.profile_id from valueless v join link l on l.id = v.link_id
  where l.audience_id = $1 and l.ended_at is null`;

const refusedProfiles = `
  select mr.profile_id from link l
  join rejection r on r.link_id = l.id
  join match_row mr on mr.database_id = $2 and mr.id = r.match_row_id
  where l.audience_id = $1 and l.ended_at is null`;
