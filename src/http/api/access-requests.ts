import { readDatabase } from '#store/databases.ts';
import { externalIdOf } from '#store/profile-details.ts';
import { forgetPerson } from '#sync/consent.ts';
import { exportProfile } from '#sync/profile-export.ts';
import * as contract from '../contract/access-requests.ts';
import { answer, type Api, type ApiParts } from './api.ts';
import { erasureDocument } from './profiles.ts';

export function serveAccessRequests(api: Api, parts: ApiParts): void {
  const { muster } = parts;
  const { store } = muster;

  answer(api, parts, contract.exportProfile, async ({ params, databaseId }) => {
    const { name: database } = await readDatabase(store, databaseId);
    const externalId = await externalIdOf(store, databaseId, params.profileId);
    const held = await exportProfile(muster, { database, externalId });
    return {
      ...held,
      consents: { ...held.consents },
      events: held.events.map((one) => ({ ...one, properties: { ...one.properties } })),
    };
  });

  answer(api, parts, contract.forgetPerson, async ({ body, databaseId }) => {
    const { name: database } = await readDatabase(store, databaseId);
    const { externalId } = body;
    const report = await forgetPerson(muster, { database, externalId });
    return { ...erasureDocument(report), database, seconds: report.seconds };
  });
}
