import { hash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { RawIdentifiers } from '#domain/identifier-keys.ts';
import type { Import } from '#store/imports.ts';
import type { NewMatchRow, StagedChange, StagedProfile } from '#store/staged-rows.ts';
import {
  type KnownProfile,
  lookUpProfiles,
  readProfiles,
  type StoredProfile,
} from '#store/profiles.ts';
import type { Store } from '#store/db.ts';
import { type StagedGroups, stageGroups } from '#store/staged-groups.ts';
import { mergedConsents } from '#sources/said-consents.ts';
import { type MatchRowDraft, type MatchRows, type Problem, rawOf } from './match-rows.ts';
import { mergeRecord, type SourceRecord } from './records.ts';

/** A record with the fingerprint of what was read: equal to the last one means nothing to do. */
export interface FingerprintedRecord {
  /** Eight latin1 characters. */
  readonly fingerprint: string;
  /** Where it stands in its source; later ones win. */
  readonly sequence: number;
  readonly externalId: string;
  read(): SourceRecord;
}

export interface StagedBatch {
  readonly profiles: readonly StagedProfile[];
  readonly matchRows: readonly NewMatchRow[];
}

export interface StageContext {
  readonly store: Store;
  readonly databaseId: number;
  readonly current: Import;
  /** The source says something about consent. */
  readonly consentGiven: boolean;
  readonly makeMatchRows: (raw: RawIdentifiers) => MatchRows;
  readonly onProblem: (sequence: number, problem: Problem) => void;
}

const TURN_RECORDS = 256;

/** Works out what a batch of records changes. Only profiles that differ are normalised and hashed. */
export async function stageBatch(
  context: StageContext,
  records: readonly FingerprintedRecord[],
): Promise<StagedBatch> {
  const { store, databaseId, current } = context;
  const known = current.intoEmpty
    ? []
    : await lookUpProfiles(
        store,
        databaseId,
        records.map(({ externalId }) => externalId),
      );
  const differing = records.flatMap((record, i) => {
    const profile = known[i];
    return profile !== undefined && profile.fingerprint !== asBigint(record.fingerprint)
      ? [profile.id]
      : [];
  });
  const stored = await readProfiles(store, databaseId, differing);
  const batch: OpenBatch = { profiles: [], matchRows: [], groups: [] };
  await current.profileIds.reserve(records.length);
  for (const [i, record] of records.entries()) {
    // The last batch is on its way meanwhile: sockets are served between two turns only.
    if (i % TURN_RECORDS === 0) await turn();
    const profile = known[i];
    if (profile === undefined) await stageNew(context, record, batch);
    else await stageKnown(context, record, profile, stored.get(profile.id), batch);
  }
  await stageGroups(store, current.id, batch.groups);
  return batch;
}

interface OpenBatch {
  readonly profiles: StagedProfile[];
  readonly matchRows: NewMatchRow[];
  readonly groups: StagedGroups[];
}

function noteGroups(
  batch: OpenBatch,
  { sequence }: FingerprintedRecord,
  profileId: number,
  { groups }: SourceRecord,
): void {
  if (groups !== null) batch.groups.push({ sequence, profileId, ...groups });
}

async function stageNew(
  context: StageContext,
  record: FingerprintedRecord,
  batch: OpenBatch,
): Promise<void> {
  const read = record.read();
  const { consent, consents, identifiers, traits } = read;
  const profileId = context.current.profileIds.next();
  noteGroups(batch, record, profileId, read);
  const made = context.makeMatchRows(rawOf(record.externalId, identifiers));
  for (const problem of made.problems) context.onProblem(record.sequence, problem);
  await context.current.matchRowIds.reserve(made.rows.length);
  const matchRowIds = made.rows.map((draft) => addRow(context.current, batch, profileId, draft));
  batch.profiles.push({
    sequence: record.sequence,
    externalId: record.externalId,
    profileId,
    known: false,
    consent,
    consentsJson: jsonOrNull(consents === null ? null : mergedConsents(null, consents)),
    change: change(record.fingerprint, made, matchRowIds, identifiers, traits),
  });
}

async function stageKnown(
  context: StageContext,
  record: FingerprintedRecord,
  profile: KnownProfile,
  stored: StoredProfile | undefined,
  batch: OpenBatch,
): Promise<void> {
  const read = record.read();
  const staged = {
    sequence: record.sequence,
    externalId: record.externalId,
    profileId: profile.id,
    known: true,
    consent: read.consent,
    consentsJson: jsonOrNull(read.consents),
  };
  if (stored === undefined) {
    batch.profiles.push({ ...staged, change: null });
    return;
  }
  noteGroups(batch, record, profile.id, read);
  const { identifiers, traits } = mergeRecord(stored, read);
  const made = context.makeMatchRows(rawOf(record.externalId, identifiers));
  for (const problem of made.problems) context.onProblem(record.sequence, problem);
  await context.current.matchRowIds.reserve(made.rows.length);
  const matchRowIds = rowIdsOf(context.current, batch, stored, made);
  const same =
    isDeepStrictEqual(
      matchRowIds,
      stored.rows.map(({ id }) => id),
    ) &&
    isDeepStrictEqual(identifiers, stored.identifiers) &&
    isDeepStrictEqual(traits, stored.traits) &&
    (!context.consentGiven || read.consent === stored.consent) &&
    (read.consents === null ||
      isDeepStrictEqual(mergedConsents(stored.consents, read.consents), stored.consents));
  batch.profiles.push({
    ...staged,
    change: same ? null : change(record.fingerprint, made, matchRowIds, identifiers, traits),
  });
}

/** A row that comes out as it was stays the same row, and Meta need not hear of it again. */
function rowIdsOf(
  current: Import,
  batch: OpenBatch,
  stored: StoredProfile,
  made: MatchRows,
): number[] {
  return made.rows.map((draft) => {
    const kept = stored.rows.find(({ cells }) => cells.equals(draft.cells));
    return kept?.id ?? addRow(current, batch, stored.id, draft);
  });
}

function addRow(
  current: Import,
  batch: OpenBatch,
  profileId: number,
  draft: MatchRowDraft,
): number {
  const id = current.matchRowIds.next();
  batch.matchRows.push({ id, profileId, ...draft });
  return id;
}

function change(
  fingerprint: string,
  made: MatchRows,
  matchRowIds: readonly number[],
  identifiers: RawIdentifiers,
  traits: Readonly<Record<string, string>>,
): StagedChange {
  return {
    sufficiency: made.sufficiency,
    fingerprint,
    matchRowIds,
    identifiersJson: JSON.stringify(identifiers),
    traitsJson: JSON.stringify(traits),
    unusableJson: made.problems.length === 0 ? null : unusableOf(made.problems),
  };
}

/** As the store keeps it: each key with its reason, once. */
export function unusableOf(problems: readonly Problem[]): string {
  const told = new Set(problems.map(({ key, reason }) => JSON.stringify([key, reason])));
  return `[${[...told].join(',')}]`;
}

/** Profiles as they are, with match rows made anew; the next record of each is looked at again. */
export async function restageProfiles(
  current: Import,
  makeMatchRows: StageContext['makeMatchRows'],
  stored: readonly (StoredProfile & { readonly externalId: string })[],
): Promise<StagedBatch> {
  const batch: OpenBatch = { profiles: [], matchRows: [], groups: [] };
  for (const [sequence, profile] of stored.entries()) {
    const made = makeMatchRows(rawOf(profile.externalId, profile.identifiers));
    await current.matchRowIds.reserve(made.rows.length);
    const matchRowIds = rowIdsOf(current, batch, profile, made);
    batch.profiles.push({
      sequence,
      externalId: profile.externalId,
      profileId: profile.id,
      known: true,
      consent: profile.consent,
      consentsJson: null,
      change: change(NO_FINGERPRINT, made, matchRowIds, profile.identifiers, profile.traits),
    });
  }
  return batch;
}

function jsonOrNull(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}

const NO_FINGERPRINT = '\0'.repeat(8);

/** Eight latin1 characters over everything that decides what a record means. */
export function fingerprintOf(parts: readonly string[]): string {
  return hash('sha256', parts.join('\u001f'), 'latin1').slice(0, 8);
}

/** As the store writes a fingerprint: a decimal bigint. */
export function asBigint(fingerprint: string): string {
  return Buffer.from(fingerprint, 'latin1').readBigInt64BE(0).toString();
}
