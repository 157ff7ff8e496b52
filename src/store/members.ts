import type { Db } from './db.ts';

/** External ids of the members, a page at a time in the order of profile ids. */
export async function* memberExternalIds(
  db: Db,
  audience: { id: number; databaseId: number },
  pageRows = 10_000,
): AsyncGenerator<string[]> {
  let after = 0;
  for (;;) {
    const page = await db.query<{ id: number; externalId: string }>(
      `select m.profile_id as id, p.external_id as "externalId" from member m
       join profile p on p.database_id = $2 and p.id = m.profile_id
       where m.audience_id = $1 and m.profile_id > $3 order by m.profile_id limit $4`,
      [audience.id, audience.databaseId, after, pageRows],
    );
    const last = page.at(-1);
    if (last === undefined) return;
    yield page.map(({ externalId }) => externalId);
    after = last.id;
  }
}

export interface Member {
  /** Of the profile. */
  readonly id: string;
  readonly externalId: string;
  readonly since: Date;
}

/** One page of the same, after a profile id, with since when each belongs. */
export async function memberPage(
  db: Db,
  audience: { id: number; databaseId: number },
  after: number,
  limit: number,
): Promise<Member[]> {
  return await db.query<Member>(
    `select m.profile_id::text as id, p.external_id as "externalId", m.since from member m
     join profile p on p.database_id = $2 and p.id = m.profile_id
     where m.audience_id = $1 and m.profile_id > $3 order by m.profile_id limit $4`,
    [audience.id, audience.databaseId, after, limit],
  );
}
