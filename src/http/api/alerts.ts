import { wordsOf } from '#alerts/words.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import {
  type Alert,
  findAlert,
  listAlerts,
  readAlertRules,
  setAlertRules,
  silenceAlert,
} from '#store/alerts.ts';
import { databaseNow } from '#store/overview.ts';
import { type Principal, seesDatabase } from '../auth/principal.ts';
import * as contract from '../contract/alerts.ts';
import { answer, type Api, type ApiContext, type ApiParts } from './api.ts';
import { pageOfAll } from './page.ts';
import { editFrom, tag } from './version.ts';

const LISTED = 1_000;

export function serveAlerts(api: Api, parts: ApiParts): void {
  const { store } = parts.muster;

  const seen = async (id: string, principal: Principal): Promise<Alert> => {
    const alert = await findAlert(store, id);
    if (!isSeen(alert, principal)) throw new MusterError('ALERT_UNKNOWN', `“${id}”`);
    return alert;
  };

  answer(api, parts, contract.listAlerts, async ({ query, principal }) => {
    const alerts = await listAlerts(store, { openOnly: query.all !== 'true', limit: LISTED });
    const now = await databaseNow(store);
    const shown = alerts.filter(
      (alert) =>
        isSeen(alert, principal) && (query.kind === undefined || alert.kind === query.kind),
    );
    return pageOfAll(
      shown.map((alert) => describe(alert, now)),
      query,
    );
  });

  answer(api, parts, contract.getAlert, async ({ params, principal }) =>
    describe(await seen(params.alertId, principal), await databaseNow(store)),
  );

  answer(api, parts, contract.silenceAlert, async ({ params, body, principal }) => {
    const { id } = await seen(params.alertId, principal);
    await silenceAlert(store, id, body.days);
    return describe(await findAlert(store, id), await databaseNow(store));
  });

  const tagged = async (context: ApiContext) => {
    const rules = await readAlertRules(store);
    return tag(context, rules, rules);
  };
  answer(api, parts, contract.getAlertRules, async (_, context) => await tagged(context));

  answer(api, parts, contract.setAlertRules, async ({ headers, body }, context) => {
    const seen = { ifMatch: headers['if-match'], look: () => readAlertRules(store) };
    await editFrom(store, 'alert rules', seen, () => setAlertRules(store, body));
    return await tagged(context);
  });
}

/** What is of no one database, such as a connection, is everybody's. */
function isSeen({ databaseId }: Alert, principal: Principal): boolean {
  return databaseId === null || seesDatabase(principal, databaseId);
}

function describe(alert: Alert, now: Date) {
  const { id, kind, subject, databaseId, database, openedAt, toldAt, reminders } = alert;
  return {
    ...{ id, kind, subject, database, openedAt, toldAt, reminders, ...wordsOf(alert, now) },
    databaseId: databaseId === null ? null : String(databaseId),
    silencedUntil: alert.silencedUntil,
    resolvedAt: alert.resolvedAt,
    detail: { ...alert.detail },
  };
}
