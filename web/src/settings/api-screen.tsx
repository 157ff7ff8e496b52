import { Anchor, Group, List, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Section } from '../components/section.tsx';
import { SettingsPage } from './settings-page.tsx';
import { Copied } from './shown-once.tsx';

/** The way in for scripts: the document, a page to read it, and a first call. */
export function ApiScreen() {
  const { t } = useTranslation('settings');
  const at = (path: string) => new URL(path, document.baseURI).href;
  return (
    <SettingsPage section="api">
      <Section title={t('api.read')}>
        <List size="sm" spacing="xs">
          <List.Item>
            <Anchor href={at('docs')} underline="always" inherit>
              {t('api.docs')}
            </Anchor>
            {' – '}
            {t('api.docsHelp')}
          </List.Item>
          <List.Item>
            <Anchor href={at('openapi.json')} underline="always" inherit>
              {'openapi.json'}
            </Anchor>
            {' – '}
            {t('api.documentHelp')}
          </List.Item>
        </List>
      </Section>
      <Section title={t('api.first')} lead={t('api.firstLead')}>
        <Group>
          <Anchor component={Link} to="/settings/keys" underline="always" size="sm">
            {t('api.toKeys')}
          </Anchor>
        </Group>
        <Copied text={`curl -H 'Authorization: Bearer KEY' '${at('api/v1/audiences?limit=5')}'`} />
        <Text size="sm">{t('api.problems')}</Text>
      </Section>
      <Section title={t('api.events')} lead={t('api.eventsLead')}>
        <Copied
          text={`curl -u WRITE_KEY: -H 'Content-Type: application/json' '${at('v1/identify')}' \\\n  -d '{"userId": "A1", "traits": {"plan": "gold"}}'`}
        />
      </Section>
    </SettingsPage>
  );
}
