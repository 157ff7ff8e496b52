import { useTranslation } from 'react-i18next';
import { Allowed } from './allowed.tsx';
import { ApiKeys } from './api-keys.tsx';
import { Section } from '../components/section.tsx';
import { SettingsPage } from './settings-page.tsx';
import { WriteKeys } from './write-keys.tsx';

/** Keys of both kinds: those that may do what a person may, and those that only send events. */
export function KeysScreen() {
  const { t } = useTranslation('settings');
  return (
    <SettingsPage section="keys">
      <Section title={t('keys.api')} lead={t('keys.apiLead')}>
        <Allowed role="admin">
          <ApiKeys />
        </Allowed>
      </Section>
      <Section title={t('keys.write')} lead={t('keys.writeLead')}>
        <WriteKeys />
      </Section>
    </SettingsPage>
  );
}
