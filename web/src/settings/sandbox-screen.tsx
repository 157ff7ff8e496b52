import { Button, Group, List, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { connectionsQuery } from '../api/connections.ts';
import { CodeError } from '../components/code-error.tsx';
import { SandboxBadge } from '../components/sandbox-badge.tsx';
import { Section } from '../components/section.tsx';
import { SettingsPage } from './settings-page.tsx';
import { Copied } from './shown-once.tsx';

/** What the simulated Meta is, and whether one is connected. */
export function SandboxScreen() {
  const { t } = useTranslation('settings');
  const { data, error, refetch } = useQuery(connectionsQuery);
  const sandboxes = data?.filter(({ sandbox }) => sandbox);
  return (
    <SettingsPage section="sandbox">
      <Section title={t('sandbox.here')}>
        {error !== null && <CodeError error={error} onRetry={() => void refetch()} />}
        {data === undefined && error === null && <Skeleton h={40} />}
        {sandboxes?.length === 0 && <Text>{t('sandbox.none')}</Text>}
        {sandboxes !== undefined && sandboxes.length > 0 && (
          <List>
            {sandboxes.map(({ id, name, integrations }) => (
              <List.Item key={id}>
                <Group gap="xs">
                  {name}
                  <SandboxBadge />
                  <Text size="sm" span>
                    {integrations.map(({ adAccount }) => adAccount).join(', ')}
                  </Text>
                </Group>
              </List.Item>
            ))}
          </List>
        )}
        <Group>
          <Button component={Link} to="/connect" variant="default">
            {t('sandbox.toConnect')}
          </Button>
        </Group>
      </Section>
      <Section title={t('sandbox.start')} lead={t('sandbox.startLead')}>
        <Copied text={'muster sandbox\nmuster connect --sandbox'} />
        <Text size="sm">{t('sandbox.watch')}</Text>
      </Section>
    </SettingsPage>
  );
}
