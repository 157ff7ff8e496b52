import type { NewMatchRow } from './staged-rows.ts';
import type { Consents } from '#domain/consent.ts';
import type { Tx } from './db.ts';
import { noteChanges } from './profile-changes.ts';
import { changedAnyhow, changedTraits } from './profile-news.ts';

/** A profile as calls left it. */
export interface ReceivedProfile {
  readonly id: number;
  /** Nobody knew of it before, so nothing of it can have changed. */
  readonly isNew: boolean;
  readonly externalId: string;
  readonly consent: boolean | null;
  readonly consents: Consents | null;
  readonly identifiers: object;
  readonly traits: object;
  /** Null: its identifiers are what they were. */
  readonly rows: {
    readonly sufficiency: number;
    readonly matchRowIds: readonly number[];
    /** Pairs of key and reason; null: every value that is there gives an identifier. */
    readonly unusable: object | null;
  } | null;
}

/** Writes profiles, new ones and known ones, with the match rows that are new; who says so: `source`. */
export async function writeReceivedProfiles(
  tx: Tx,
  databaseId: number,
  source: 'calls' | 'computed',
  profiles: readonly ReceivedProfile[],
  matchRows: readonly NewMatchRow[],
): Promise<void> {
  await writeMatchRows(tx, databaseId, matchRows);
  await noteChanges(
    tx,
    databaseId,
    source,
    profiles
      .filter(({ isNew }) => !isNew)
      .map(({ id, identifiers, traits, consent, consents }) => ({
        ...{ id, identifiers, traits, consent, consents },
      })),
  );
  await writeWhole(
    tx,
    databaseId,
    profiles.flatMap(({ rows, isNew: _, ...profile }) =>
      rows === null ? [] : { ...profile, ...rows },
    ),
  );
  await writeTraits(
    tx,
    databaseId,
    profiles.filter(({ rows }) => rows === null),
  );
}

async function writeWhole(tx: Tx, databaseId: number, profiles: readonly object[]): Promise<void> {
  if (profiles.length === 0) return;
  await tx.query(
    `insert into profile (database_id, id, bucket, external_id, consent, consents, sufficiency, fingerprint,
       changed_xid, match_row_ids, identifiers, traits, unusable)
     select $1, x.id, bucket_of(x.id), x."externalId", x.consent, x.consents, x.sufficiency, 0,
       pg_current_xact_id(), x."matchRowIds", x.identifiers, x.traits, x.unusable
     from jsonb_to_recordset($2) x (id bigint, "externalId" text, consent boolean, consents jsonb,
       sufficiency smallint, "matchRowIds" bigint[], identifiers jsonb, traits jsonb, unusable jsonb)
     on conflict (database_id, id) do update set external_id = excluded.external_id,
       consent = excluded.consent, consents = excluded.consents, sufficiency = excluded.sufficiency,
       ${changedAnyhow}, match_row_ids = excluded.match_row_ids,
       identifiers = excluded.identifiers, traits = excluded.traits, unusable = excluded.unusable`,
    [databaseId, JSON.stringify(profiles)],
  );
}

async function writeTraits(
  tx: Tx,
  databaseId: number,
  profiles: readonly ReceivedProfile[],
): Promise<void> {
  if (profiles.length === 0) return;
  await tx.query(
    `update profile p set consent = x.consent, consents = x.consents, traits = x.traits,
       ${changedTraits('x.traits', '(p.consent, p.consents) is not distinct from (x.consent, x.consents)')}
     from jsonb_to_recordset($2) x (id bigint, consent boolean, consents jsonb, traits jsonb)
     where p.database_id = $1 and p.id = x.id`,
    [
      databaseId,
      JSON.stringify(
        profiles.map(({ id, consent, consents, traits }) => ({ id, consent, consents, traits })),
      ),
    ],
  );
}

async function writeMatchRows(
  tx: Tx,
  databaseId: number,
  rows: readonly NewMatchRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const written = rows.map(({ cells, keys, ...row }) => ({
    ...row,
    cells: Buffer.from(cells).toString('base64'),
    keys: keys.map((key) => Buffer.from(key, 'latin1').readBigInt64BE(0).toString()),
  }));
  await tx.query(
    `with made as (
       insert into match_row (database_id, id, profile_id, sufficiency, wire_bytes, keys, cells)
       select $1, x.id, x."profileId", x.sufficiency, x."wireBytes", x.keys, decode(x.cells, 'base64')
       from jsonb_to_recordset($2) x (id bigint, "profileId" bigint, sufficiency smallint,
         "wireBytes" smallint, keys bigint[], cells text)
       returning id, keys
     )
     insert into match_key (database_id, key, match_row_id)
     select $1, k.key, made.id from made, unnest(made.keys) k (key) order by k.key`,
    [databaseId, JSON.stringify(written)],
  );
}

/** Of these profiles those of people who told us no directly. */
export async function optedOutAmong(
  tx: Tx,
  databaseId: number,
  ids: readonly number[],
): Promise<number[]> {
  if (ids.length === 0) return [];
  const rows = await tx.query<{ id: number }>(
    'select id from profile where database_id = $1 and id = any($2) and opted_out',
    [databaseId, ids],
  );
  return rows.map(({ id }) => id);
}

/** These people told us no directly, under an id that turned out to be theirs. */
export async function carryOptOuts(
  tx: Tx,
  databaseId: number,
  ids: readonly number[],
): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `update profile set consent = false, opted_out = true, ${changedAnyhow}
     where database_id = $1 and id = any($2)`,
    [databaseId, ids],
  );
}
