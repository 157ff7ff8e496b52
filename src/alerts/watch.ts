import { currentCauses, noteSizes } from '#store/alert-causes.ts';
import { readAlertRules, settleAlerts } from '#store/alerts.ts';
import type { Store } from '#store/db.ts';

/** Looks what needs somebody, and makes the alerts fit; what is to be sent waits in the database. */
export async function watchCauses(store: Store): Promise<void> {
  await noteSizes(store);
  await settleAlerts(store, async (tx) => {
    const rules = await readAlertRules(tx);
    return { causes: await currentCauses(tx, rules), remindHours: rules.remindHours };
  });
}
