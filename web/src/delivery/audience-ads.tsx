import { Button, Group, List, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Ads, adFiguresQuery, adsQuery, readAds } from '../api/ads.ts';
import { CodeError } from '../components/code-error.tsx';
import { Section } from '../components/section.tsx';
import { FiguresTable } from './ad-figures.tsx';

/** What the ads did that name an audience, where Meta tells. */
export function AudienceAds({
  audienceId,
  days,
}: {
  readonly audienceId: string;
  readonly days: number;
}) {
  const { t } = useTranslation('delivery');
  const queries = useQueryClient();
  const { data, error } = useQuery(adsQuery(audienceId));
  const figures = useQuery({
    ...adFiguresQuery(audienceId, days),
    enabled: data !== undefined && data.readAt !== null,
  });
  const ask = useMutation({
    mutationFn: () => readAds(audienceId, true),
    onSuccess: () => queries.invalidateQueries(),
  });
  return (
    <Section
      title={t('ads')}
      lead={t('adsMeaning')}
      actions={
        <Button variant="default" loading={ask.isPending} onClick={() => ask.mutate()}>
          {t('adsAsk')}
        </Button>
      }
    >
      {error !== null && <CodeError error={error} />}
      {data !== undefined && <Told ads={data} />}
      {data !== undefined && data.readAt !== null && data.adSets.length > 0 && (
        <FiguresTable rows={figures.data} />
      )}
    </Section>
  );
}

function Told({ ads: { readAt, refusal, adSets } }: { readonly ads: Ads }) {
  const { t } = useTranslation('delivery');
  return (
    <>
      {refusal !== null && <Text size="sm">{t('adsRefused', { why: refusal })}</Text>}
      {readAt === null && refusal === null && <Text size="sm">{t('adsNever')}</Text>}
      {readAt !== null && adSets.length === 0 && <Text size="sm">{t('adsNone')}</Text>}
      <AdSetList adSets={adSets} />
    </>
  );
}

/** By name, with what each does with the people. */
export function AdSetList({ adSets }: { readonly adSets: Ads['adSets'] }) {
  const { t } = useTranslation('delivery');
  if (adSets.length === 0) return null;
  return (
    <Group>
      <List size="sm" aria-label={t('adSets')}>
        {adSets.map(({ id, name, status, excluded }) => (
          <List.Item key={`${id} ${excluded}`}>
            <strong>{name}</strong>, {t(excluded ? 'adExcluded' : 'adShown')}
            {status === null ? '' : ` (${status})`}
          </List.Item>
        ))}
      </List>
    </Group>
  );
}
