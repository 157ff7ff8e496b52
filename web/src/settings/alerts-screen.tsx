import { AlertRules } from './alert-rules.tsx';
import { OpenAlerts } from './open-alerts.tsx';
import { SettingsPage } from './settings-page.tsx';
import { Webhooks } from './webhooks.tsx';

/** What needs somebody, who is told of it, and from when on. */
export function AlertsScreen() {
  return (
    <SettingsPage section="alerts">
      <OpenAlerts />
      <Webhooks />
      <AlertRules />
    </SettingsPage>
  );
}
