import { assert } from '#domain/errors/assert.ts';
import { BinaryCopy } from './binary-copy.ts';
import type { Tx } from './db.ts';

/** One record of the file, ready to become visible. */
export interface StagedProfile {
  readonly sequence: number;
  readonly externalId: string;
  readonly profileId: number;
  readonly known: boolean;
  /** The record says what the profile already says; the other parts are then left out. */
  readonly change: StagedChange | null;
  readonly consent: boolean | null;
  /** What the record says of categories, null for one that it is silent about; null: it has none. */
  readonly consentsJson: string | null;
}

export interface StagedChange {
  readonly sufficiency: number;
  /** Eight latin1 characters. */
  readonly fingerprint: string;
  readonly matchRowIds: readonly number[];
  readonly identifiersJson: string;
  readonly traitsJson: string;
  /** Null: every value that is there gives an identifier. */
  readonly unusableJson: string | null;
}

export interface NewMatchRow {
  readonly id: number;
  readonly profileId: number;
  readonly sufficiency: number;
  readonly wireBytes: number;
  readonly cells: Uint8Array;
  readonly keys: readonly string[];
}

/** Writes a batch of profiles and their match rows where nobody sees them yet. */
export type Stage = (
  profiles: readonly StagedProfile[],
  rows: readonly NewMatchRow[],
) => Promise<void>;

/** Into the staging table of import `id`; match rows go where they stay, as no profile names them. */
export function stagerOf(session: Tx, databaseId: number, id: number): Stage {
  const rowCopy = new BinaryCopy();
  const profileCopy = new BinaryCopy();
  return async (profiles, rows) => {
    // Both are encoded before anything is waited for, so that what was made of the batch can go.
    rowCopy.start();
    for (const row of rows) stageMatchRow(rowCopy, databaseId, row);
    profileCopy.start();
    for (const profile of profiles) stageProfile(profileCopy, profile);
    if (rows.length > 0) {
      await session.copyIn(
        `copy match_row (database_id, id, profile_id, sufficiency, wire_bytes, keys, cells)
         from stdin with (format binary)`,
        [rowCopy.finish()],
      );
    }
    await session.copyIn(
      `copy import_${id}_profile (sequence, external_id, profile_id, known, same, consent, consents,
         sufficiency, fingerprint, match_row_ids, identifiers, traits, unusable)
         from stdin with (format binary)`,
      [profileCopy.finish()],
    );
  };
}

export function stageMatchRow(copy: BinaryCopy, databaseId: number, row: NewMatchRow): void {
  copy.row(7);
  copy.int4(databaseId);
  copy.int8(row.id);
  copy.int8(row.profileId);
  copy.int2(row.sufficiency);
  copy.int2(row.wireBytes);
  copy.raw8Array(row.keys);
  copy.bytea(row.cells);
}

function stageProfile(copy: BinaryCopy, profile: StagedProfile): void {
  copy.row(13);
  copy.int8(profile.sequence);
  copy.text(profile.externalId);
  copy.int8(profile.profileId);
  copy.bool(profile.known);
  copy.bool(profile.change === null);
  copy.bool(profile.consent);
  copy.jsonbOrNull(profile.consentsJson);
  if (profile.change === null) {
    assert(profile.known, 'only a known profile can be unchanged');
    for (let i = 0; i < 6; i++) copy.null();
    return;
  }
  copy.int2(profile.change.sufficiency);
  copy.raw8(profile.change.fingerprint);
  copy.int8Array(profile.change.matchRowIds);
  copy.jsonb(profile.change.identifiersJson);
  copy.jsonb(profile.change.traitsJson);
  copy.jsonbOrNull(profile.change.unusableJson);
}
