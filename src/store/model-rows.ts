import { MusterError } from '#domain/errors/muster-error.ts';
import { analyzeAfter } from './analyze.ts';
import { type Db, one, type Tx } from './db.ts';
import { deleteProfilesGone } from './profiles.ts';

/** How a row stands to what the model gave last. */
type RowChange = 'new' | 'updated' | 'unchanged';

interface SeenRow {
  readonly externalId: string;
  /** A decimal bigint; null: the row is there and could not be taken. */
  readonly checksum: string | null;
}

/** What a model gives in one run, told apart from what it gave last; flat memory, all in SQL. */
export interface ModelDifference {
  /** Notes the rows and says how each of them stands, by position. */
  look(rows: readonly SeenRow[]): Promise<RowChange[]>;
  /** @throws MusterError MODEL_ID_REPEATED when an id came twice */
  checkUnique(): Promise<void>;
  /**
   * Takes over what was seen. `deletes`: profiles of rows that are gone leave too, unless another
   * model of the database still gives them. `forgets`: rows that are gone are; otherwise they stay
   * known, because nobody can be sure that they are.
   */
  settle(
    tx: Tx,
    how: { readonly deletes: boolean; readonly forgets: boolean },
  ): Promise<{ rowsGone: number; profilesDeleted: number }>;
}

interface DifferenceOf {
  readonly modelId: number;
  readonly databaseId: number;
  /** Rows become profiles; otherwise only those that go matter. */
  readonly makesProfiles: boolean;
}

/** Callers hold the import lock of the database, so there is one run of a model at a time. */
export async function beginDifference(
  db: Db,
  { modelId, databaseId, makesProfiles }: DifferenceOf,
): Promise<ModelDifference> {
  const seen = `model_${modelId}_seen`;
  await dropSeen(db, modelId);
  await db.query(`create unlogged table ${seen} (external_id text not null, checksum bigint)`);
  return {
    async look(rows) {
      const found = await db.query<{ position: number; change: RowChange }>(
        `with row as materialized (
           select * from unnest($3::text[], $4::bigint[])
             with ordinality x (external_id, checksum, position)
         ), kept as (
           insert into ${seen} select external_id, checksum from row
         )
         select r.position,
           -- Whoever was deleted by hand is made anew, as by a file that names them again.
           case when k.checksum is null or ($5 and p.id is null) then 'new'
             when k.checksum = r.checksum then 'unchanged' else 'updated' end as change
         from row r
         left join model_row k on k.model_id = $1 and k.external_id = r.external_id
         left join profile p on p.database_id = $2 and p.external_id = r.external_id`,
        [
          ...[modelId, databaseId],
          ...[rows.map(({ externalId }) => externalId), rows.map(({ checksum }) => checksum)],
          makesProfiles,
        ],
      );
      const changes: RowChange[] = [];
      for (const { position, change } of found) changes[position - 1] = change;
      return changes;
    },
    async checkUnique() {
      const { repeated } = await one<{ repeated: number }>(
        db,
        `select count(*) as repeated from
           (select from ${seen} group by external_id having count(*) > 1) twice`,
      );
      if (repeated === 0) return;
      throw new MusterError('MODEL_ID_REPEATED', `${repeated} ids stand in more than one row`);
    },
    settle: (tx, how) => settle(tx, { modelId, databaseId, seen }, how),
  };
}

export async function dropSeen(db: Db, modelId: number): Promise<void> {
  await db.query(`drop table if exists model_${modelId}_seen`);
}

async function settle(
  tx: Tx,
  { modelId, databaseId, seen }: { modelId: number; databaseId: number; seen: string },
  how: { readonly deletes: boolean; readonly forgets: boolean },
): Promise<{ rowsGone: number; profilesDeleted: number }> {
  await tx.query(
    `create temp table model_gone on commit drop as
     select k.external_id from model_row k
     where k.model_id = $1 and not exists
       (select 1 from ${seen} s where s.external_id = k.external_id)`,
    [modelId],
  );
  const { rowsGone } = await one<{ rowsGone: number }>(
    tx,
    'select count(*) as "rowsGone" from model_gone',
  );
  const profilesDeleted = how.deletes ? await deleteProfilesGone(tx, databaseId, modelId) : 0;
  if (how.forgets) {
    await tx.query(
      `delete from model_row k using model_gone g
       where k.model_id = $1 and k.external_id = g.external_id`,
      [modelId],
    );
  }
  const { written } = await one<{ written: number }>(
    tx,
    `with made as (insert into model_row (model_id, external_id, checksum)
     select $1, s.external_id, s.checksum from ${seen} s
     left join model_row k on k.model_id = $1 and k.external_id = s.external_id
     where s.checksum is not null and k.checksum is distinct from s.checksum
     on conflict (model_id, external_id) do update set checksum = excluded.checksum
     returning 1) select count(*) as written from made`,
    [modelId],
  );
  await analyzeAfter(tx, written, ['model_row']);
  return { rowsGone, profilesDeleted };
}

export async function knownRowCount(db: Db, modelId: number): Promise<number> {
  const { count } = await one<{ count: number }>(
    db,
    'select count(*) as count from model_row where model_id = $1',
    [modelId],
  );
  return count;
}
