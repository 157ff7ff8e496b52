import { Button, Group, Paper, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { alertsQuery, type OpenAlert, silenceAlert } from '../api/alerts.ts';
import { useMay } from '../api/may.ts';
import { CodeError } from '../components/code-error.tsx';
import { Moment } from '../components/moment.tsx';
import { Section } from '../components/section.tsx';
import { ReadOnlyNote } from './allowed.tsx';

const WEEK_DAYS = 7;

/** Every cause that goes on, with what helps. */
export function OpenAlerts() {
  const { t } = useTranslation('settings');
  const { data, error, refetch } = useQuery(alertsQuery);
  return (
    <Section title={t('alerts.open')} lead={t('alerts.openLead')}>
      <ReadOnlyNote role="editor">{t('alerts.readOnly')}</ReadOnlyNote>
      {error !== null && <CodeError error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton h={80} />}
      {data?.length === 0 && <Text>{t('alerts.none')}</Text>}
      {data?.map((one) => (
        <OneAlert key={one.id} alert={one} />
      ))}
    </Section>
  );
}

function OneAlert({ alert }: { readonly alert: OpenAlert }) {
  const { t } = useTranslation('settings');
  const { title, subject, text, next, openedAt, silencedUntil } = alert;
  return (
    <Paper withBorder p="sm" component="article" aria-label={`${title}: ${subject}`}>
      <Stack gap={4}>
        <Text fw={600}>
          {title}: {subject}
        </Text>
        <Text size="sm">{text}</Text>
        <Text size="sm">
          <strong>{t('alerts.next')}:</strong> {next}
        </Text>
        <Text size="xs">
          {t('alerts.since')} <Moment at={openedAt} isRelative />
          {silencedUntil !== null && (
            <>
              {' · '}
              {t('alerts.silentUntil')} <Moment at={silencedUntil} />
            </>
          )}
        </Text>
        <Silence alert={alert} />
      </Stack>
    </Paper>
  );
}

function Silence({ alert: { id, title, subject, silencedUntil } }: { readonly alert: OpenAlert }) {
  const { t } = useTranslation('settings');
  const queries = useQueryClient();
  const isSilent = silencedUntil !== null;
  const silence = useMutation({
    mutationFn: () => silenceAlert(id, isSilent ? 0 : WEEK_DAYS),
    onSuccess: () => queries.invalidateQueries(alertsQuery),
  });
  const may = useMay({ role: 'editor' }) === true;
  if (!may) return null;
  const label = t(isSilent ? 'alerts.unsilence' : 'alerts.silence');
  return (
    <Group>
      <Button
        size="compact-sm"
        variant="default"
        loading={silence.isPending}
        onClick={() => silence.mutate()}
        aria-label={`${label}: ${title}, ${subject}`}
      >
        {label}
      </Button>
    </Group>
  );
}
