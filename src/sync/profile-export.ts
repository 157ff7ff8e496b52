import { findDatabase } from '#store/databases.ts';
import { exportPerson, type PersonExport } from '#store/person-export.ts';
import type { Muster } from './muster.ts';
import { type ProfileReport, showProfile } from './profiles.ts';

/** A person as they are shown: their identifiers, or the shapes of them. */
export type ShownProfile = Omit<ProfileReport, 'identifiers'> & {
  readonly identifiers: Readonly<Record<string, unknown>>;
};

/** All that is held about somebody, without an end, with where it was sent; what a profile has the last of is whole. */
export interface ProfileExport
  extends Omit<ShownProfile, 'lastEvents' | 'history' | 'events'>,
    PersonExport {
  readonly eventSummaries: ProfileReport['events'];
}

/** @throws MusterError DATABASE_UNKNOWN, PROFILE_UNKNOWN */
export async function exportProfile(
  muster: Muster,
  who: { readonly database: string; readonly externalId: string },
): Promise<ProfileExport> {
  const profile = await showProfile(muster, who);
  const { id: databaseId } = await findDatabase(muster.store, who.database);
  const held = await exportPerson(muster.store, databaseId, Number(profile.id));
  const { lastEvents: _, history: __, events: eventSummaries, ...about } = profile;
  return { ...about, eventSummaries, ...held };
}
