import { Anchor, Button, Group, Radio, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { integrationsQuery } from '../api/integrations.ts';
import { CodeError } from '../components/code-error.tsx';
import { SandboxBadge } from '../components/sandbox-badge.tsx';

interface IntegrationStepProps {
  readonly integrationId: string | null;
  readonly onChange: (integrationId: string) => void;
  readonly onNext: () => void;
}

/** Where it goes, and so whose people it can hold: fixed once there is an audience. */
export function IntegrationStep({ integrationId, onChange, onNext }: IntegrationStepProps) {
  const { t } = useTranslation('editor');
  const { data, error, refetch } = useQuery(integrationsQuery);
  if (data === undefined && error !== null)
    return <CodeError error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Text>{t('loading')}</Text>;
  if (data.length === 0) {
    return (
      <Stack align="flex-start">
        <Text>{t('integration.none')}</Text>
        <Button component={Link} to="/connect">
          {t('integration.connect')}
        </Button>
      </Stack>
    );
  }
  return (
    <Stack>
      <Radio.Group
        label={t('integration.label')}
        description={t('integration.help')}
        value={integrationId}
        onChange={onChange}
      >
        <Stack gap="xs" mt="xs">
          {data.map(({ id, name, database, adAccount, sandbox }) => (
            <Radio
              key={id}
              value={id}
              label={
                <Group gap="xs">
                  {name}
                  {sandbox && <SandboxBadge />}
                </Group>
              }
              description={t('integration.one', { database, adAccount })}
            />
          ))}
        </Stack>
      </Radio.Group>
      <Group>
        <Button disabled={integrationId === null} onClick={onNext}>
          {t('next')}
        </Button>
        <Anchor component={Link} to="/connect" underline="always">
          {t('integration.another')}
        </Anchor>
      </Group>
    </Stack>
  );
}
