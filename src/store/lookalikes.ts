import { type Db, one } from './db.ts';

/** A lookalike that was made from here, or is about to be. */
export interface LookalikeRecord {
  readonly id: number;
  readonly name: string;
  readonly country: string;
  readonly percent: number;
  /** Null: nobody knows yet what became of the request. */
  readonly metaAudienceId: string | null;
}

const columns = 'id, name, country, percent, meta_audience_id as "metaAudienceId"';

export interface LookalikeSeed {
  readonly audienceId: number;
  readonly adAccount: string;
  readonly seedMetaAudienceId: string;
}

/**
 * Writes the wish down before Meta is asked. `isNew` false: it was written down before, and whoever
 * wrote it may have asked.
 */
export async function wishLookalike(
  db: Db,
  seed: LookalikeSeed,
  wish: { country: string; percent: number; name: string },
): Promise<LookalikeRecord & { readonly isNew: boolean }> {
  const made = await db.query<LookalikeRecord>(
    `insert into lookalike (audience_id, ad_account, seed_meta_audience_id, country, percent, name)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (seed_meta_audience_id, country, percent) do nothing returning ${columns}`,
    [
      seed.audienceId,
      seed.adAccount,
      seed.seedMetaAudienceId,
      wish.country,
      wish.percent,
      wish.name,
    ],
  );
  if (made[0] !== undefined) return { ...made[0], isNew: true };
  const known = await one<LookalikeRecord>(
    db,
    `select ${columns} from lookalike
     where seed_meta_audience_id = $1 and country = $2 and percent = $3`,
    [seed.seedMetaAudienceId, wish.country, wish.percent],
  );
  return { ...known, isNew: false };
}

export async function keepLookalike(
  db: Db,
  id: number,
  made: { name: string; metaAudienceId: string },
): Promise<void> {
  await db.query('update lookalike set name = $2, meta_audience_id = $3 where id = $1', [
    id,
    made.name,
    made.metaAudienceId,
  ]);
}

/** It is not, or no longer, at Meta. */
export async function forgetLookalike(db: Db, id: number): Promise<void> {
  await db.query('delete from lookalike where id = $1', [id]);
}

export async function lookalikesOf(db: Db, audienceId: number): Promise<LookalikeRecord[]> {
  return await db.query<LookalikeRecord>(
    `select ${columns} from lookalike where audience_id = $1 order by country, percent`,
    [audienceId],
  );
}
