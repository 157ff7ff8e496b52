import { Group, Progress, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Overview } from '../api/overview.ts';
import { Moment } from '../components/moment.tsx';
import { Section } from '../components/section.tsx';

const LOW_PERCENT = 25;

/** What is left of Meta's limits, ad account by ad account. */
export function Quotas({ quotas }: { readonly quotas: Overview['quotas'] }) {
  const { t } = useTranslation('home');
  return (
    <Section title={t('quota')} lead={t('quotaMeaning')}>
      {quotas.length === 0 && <Text>{t('noAccount')}</Text>}
      {quotas.map(({ integrationId, integration, adAccount, percentLeft, restsUntil }) => (
        <Stack key={integrationId} gap={4}>
          <Group justify="space-between" gap="xs">
            <Text size="sm" fw={600}>
              {integration} · {adAccount}
            </Text>
            <Text size="sm">{t('quotaLeft', { percent: percentLeft })}</Text>
          </Group>
          <Progress
            value={percentLeft}
            color={percentLeft < LOW_PERCENT ? 'orange.8' : 'pine.7'}
            aria-label={`${t('quota')}: ${integration}`}
          />
          {restsUntil !== null && (
            <Text size="xs" c="dimmed">
              {t('quotaRests')} <Moment at={restsUntil} />
            </Text>
          )}
        </Stack>
      ))}
    </Section>
  );
}
