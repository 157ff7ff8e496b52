import { Button, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { doctorQuery } from '../api/doctor.ts';
import { CodeError } from '../components/code-error.tsx';
import { Section } from '../components/section.tsx';
import { CheckList } from '../connect/check-list.tsx';
import { Allowed } from './allowed.tsx';
import { SettingsPage } from './settings-page.tsx';

/** What stands in the way, of connections and of the installation, and what helps. */
export function DoctorScreen() {
  const { t } = useTranslation('settings');
  return (
    <SettingsPage section="doctor">
      <Allowed role="admin">
        <Findings lookAgain={t('doctor.again')} />
      </Allowed>
    </SettingsPage>
  );
}

function Findings({ lookAgain }: { readonly lookAgain: string }) {
  const { t } = useTranslation('settings');
  const { data, error, isFetching, refetch } = useQuery(doctorQuery);
  if (error !== null) return <CodeError error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton h={240} />;
  return (
    <Stack>
      <Text role="status" fw={600}>
        {t(data.ok ? 'doctor.well' : 'doctor.notWell')}
      </Text>
      <Button
        variant="default"
        loading={isFetching}
        onClick={() => void refetch()}
        style={{ alignSelf: 'flex-start' }}
      >
        {lookAgain}
      </Button>
      <Section title={t('doctor.installation')}>
        <CheckList checks={data.installation} />
      </Section>
      {data.connections.length === 0 && <Text size="sm">{t('doctor.noConnection')}</Text>}
      {data.connections.map(({ connection, checks, integrations }) => (
        <Section key={connection} title={t('doctor.connection', { name: connection })}>
          <CheckList checks={checks} />
          {integrations.map(({ integration, adAccount, checks: own }) => (
            <Stack key={integration} gap="xs" mt="md">
              <Title order={3} size="h5">
                {t('doctor.integration', { name: integration, adAccount })}
              </Title>
              {own.length === 0 ? (
                <Text size="sm">{t('doctor.notAsked')}</Text>
              ) : (
                <CheckList checks={own} />
              )}
            </Stack>
          ))}
        </Section>
      ))}
    </Stack>
  );
}
