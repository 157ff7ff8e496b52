import type { z } from '@hono/zod-openapi';
import { MusterError } from '#domain/errors/muster-error.ts';
import { countryOfRow } from '#identifiers/country.ts';
import type { Chosen } from '#identifiers/setting.ts';
import { changeApprovalLimits, readApprovalLimits } from '#store/approvals.ts';
import { listIntegrations } from '#store/connections.ts';
import { readDatabase, setExpectedEvery } from '#store/databases.ts';
import type { Db } from '#store/db.ts';
import { changeRules } from '#sync/row-rules.ts';
import * as contract from '../contract/database-settings.ts';
import { answer, type Api, type ApiParts } from './api.ts';
import { offerReplay } from './replay-offer.ts';
import { editFrom, tag } from './version.ts';

export function serveDatabaseSettings(api: Api, parts: ApiParts): void {
  const { muster } = parts;
  const { store } = muster;

  answer(api, parts, contract.getDatabaseSettings, async ({ databaseId }, context) => {
    const settings = await settingsOf(store, databaseId);
    return tag(context, settings, settings);
  });

  answer(api, parts, contract.setDatabaseSettings, async (asked, context) => {
    const { databaseId, headers, body } = asked;
    const seen = { ifMatch: headers['if-match'], look: () => settingsOf(store, databaseId) };
    const done = await editFrom(store, `database ${databaseId}`, seen, () => change(asked));
    const replay = !body.dryRun && done.touched > 0 ? await offerReplay(store, databaseId) : null;
    return tag(context, done.settings, { ...done, replay });
  });

  async function change({ databaseId, body }: Wished) {
    const { expectedEveryMinutes, unknownConsent = null, dryRun } = body;
    const country = body.defaultCountry === undefined ? null : countryOf(body.defaultCountry);
    const database = await readDatabase(store, databaseId);
    const isOther =
      expectedEveryMinutes !== undefined && expectedEveryMinutes !== database.expectedEveryMinutes;
    if (isOther && !dryRun) await setExpectedEvery(store, databaseId, expectedEveryMinutes);
    const limits = await changeApprovalLimits(store, databaseId, body.approval ?? {}, dryRun);
    // Absent is as it is; undefined would be written down.
    const normalising = Object.fromEntries(
      Object.entries(body.normalising).filter(([, choice]) => choice !== undefined),
    ) as Chosen;
    const wish = { country, unknownConsent, normalising, dryRun };
    const { changed, touched } = await changeRules(muster, database, wish, () => {});
    const settings = await settingsOf(store, databaseId);
    const isChanged = changed || isOther || limits.changed;
    return { settings, changed: !dryRun && isChanged, touched };
  }
}

interface Wished {
  readonly databaseId: number;
  readonly body: z.output<typeof contract.wish>;
}

function countryOf(text: string): string {
  const country = countryOfRow(text);
  if (country === null) throw new MusterError('USAGE', 'the default country is none');
  return country;
}

async function settingsOf(db: Db, databaseId: number) {
  const database = await readDatabase(db, databaseId);
  const { defaultCountry, unknownConsentPasses, expectedEveryMinutes } = database;
  const integrations = (await listIntegrations(db)).filter((one) => one.databaseId === databaseId);
  return {
    ...{ defaultCountry, expectedEveryMinutes },
    approval: await readApprovalLimits(db, databaseId),
    unknownConsent: unknownConsentPasses ? ('passes' as const) : ('blocks' as const),
    normalising: database.normalising as Chosen,
    requiredConsents: integrations.map(({ id, name, requiredConsents }) => ({
      ...{ integrationId: String(id), integration: name, categories: requiredConsents },
    })),
  };
}
