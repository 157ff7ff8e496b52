import { Alert, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { adsQuery } from '../api/ads.ts';
import { AdSetList } from './audience-ads.tsx';

/** Which ads stop when a Meta audience is deleted, by name, or that nobody can know. */
export function AdsInTheWay({ audienceId }: { readonly audienceId: string }) {
  const { t } = useTranslation('delivery');
  const { data, error } = useQuery(adsQuery(audienceId));
  if (data === undefined && error === null) return <Skeleton h={40} />;
  if (data === undefined || data.readAt === null || data.refusal !== null) {
    return <Alert color="orange">{t('deleteUnknown')}</Alert>;
  }
  if (data.adSets.length === 0) return <Text size="sm">{t('adsNone')}</Text>;
  return (
    <Alert color="orange" title={t('deleteUses', { count: data.adSets.length })}>
      <AdSetList adSets={data.adSets} />
    </Alert>
  );
}
