import { anonymousIdOf } from '#domain/anonymous.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { Call, JsonObject } from '#ingest/call.ts';
import { CallRefused, readCall } from '#ingest/read-call.ts';
import { factsOf } from '#profiles/facts.ts';
import { ensureDatabase, findDatabase } from '#store/databases.ts';
import { lockEdits, writeInbox } from '#store/inbox.ts';
import { type ProfileDetails, readProfileDetails } from '#store/profile-details.ts';
import { deleteProfiles, lookUpProfiles } from '#store/profiles.ts';
import type { Muster } from './muster.ts';
import { EventReceiver } from './receive-events.ts';

/** A person as --json prints them: what is held, and when calls said it. */
export interface ProfileReport
  extends Omit<ProfileDetails, 'id' | 'ids' | 'unusable' | 'audiences'> {
  readonly id: string;
  readonly database: string;
  readonly audiences: readonly (Omit<ProfileDetails['audiences'][number], 'id'> & {
    readonly id: string;
  })[];
  readonly ids: readonly { readonly kind: string; readonly name: string }[];
  /** When the newest call said it, by field and trait; what files say has no time. */
  readonly saidAt: Readonly<Record<string, string>>;
  readonly unusable: readonly { readonly key: string; readonly reason: string }[];
}

/** @throws MusterError DATABASE_UNKNOWN, PROFILE_UNKNOWN */
export async function showProfile(
  muster: Muster,
  who: { database: string; externalId: string },
): Promise<ProfileReport> {
  const { id: databaseId } = await findDatabase(muster.store, who.database);
  const found = await readProfileDetails(muster.store, databaseId, who.externalId);
  if (found === null) throw new MusterError('PROFILE_UNKNOWN');
  const { id, ids, unusable, audiences, ...held } = found;
  return {
    id: String(id),
    database: who.database,
    ...held,
    audiences: audiences.map((one) => ({
      ...one,
      id: String(one.id),
      synchronizedAt: momentOf(one.synchronizedAt),
    })),
    ids: ids.map(({ kind, name }) => ({ kind, name })),
    saidAt: saidAt(ids),
    unusable: (unusable ?? []).map(([key, reason]) => ({ key, reason })),
  };
}

function momentOf(text: string | null): string | null {
  return text === null ? null : new Date(text).toISOString();
}

function saidAt(ids: ProfileDetails['ids']): Record<string, string> {
  const newest = new Map<string, number>();
  for (const { facts } of ids) {
    for (const [about, [, atMs]] of factsOf(facts)) {
      const name = about.replace(/^[ft]:/, '');
      newest.set(name, Math.max(newest.get(name) ?? -Infinity, atMs));
    }
  }
  return Object.fromEntries([...newest].map(([name, ms]) => [name, new Date(ms).toISOString()]));
}

/**
 * Says something about a person by hand, who is made if there is nobody of that id: the same way as
 * an identify call, so that it has its time and its order among those.
 * @throws MusterError INGEST_CALL_REFUSED
 */
export async function addProfile(
  muster: Muster,
  who: { database: string; externalId: string },
  traits: JsonObject,
  newMessageId: () => string,
): Promise<void> {
  const { database } = await ensureDatabase(muster.store, who.database);
  const call = checked({ ...idOf(who.externalId), traits }, newMessageId);
  const row = { databaseId: database.id, callCount: 1, calls: JSON.stringify([call]) };
  await muster.store.tx((tx) => writeInbox(tx, [row], []));
  await new EventReceiver(muster).receiveWaiting(database.id, { wait: true });
}

function idOf(externalId: string): object {
  const anonymousId = anonymousIdOf(externalId);
  return anonymousId === null ? { userId: externalId } : { anonymousId };
}

function checked(raw: object, newMessageId: () => string): Call {
  try {
    return readCall(raw, {
      ...{ type: 'identify', sentAt: undefined, hasGpc: false, newMessageId },
    });
  } catch (error) {
    if (!(error instanceof CallRefused)) throw error;
    throw new MusterError('INGEST_CALL_REFUSED', error.message);
  }
}

/**
 * Takes a person out of the database and of every audience; what Meta was told leaves with the next
 * runs. A file or a call that names them again makes them anew. It does not wait for an import.
 * @throws MusterError DATABASE_UNKNOWN, PROFILE_UNKNOWN
 */
export async function deleteProfile(
  muster: Muster,
  who: { database: string; externalId: string },
): Promise<void> {
  const { id: databaseId } = await findDatabase(muster.store, who.database);
  await muster.store.tx(async (tx) => {
    await lockEdits(tx, databaseId);
    const [found] = await lookUpProfiles(tx, databaseId, [who.externalId]);
    if (found === undefined) throw new MusterError('PROFILE_UNKNOWN');
    await deleteProfiles(tx, databaseId, [found.id], { typed: true });
  });
}
