import { Alert, Anchor, Button, Group, Skeleton, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Audience } from '../api/audiences.ts';
import { linkedQuery, readLinked } from '../api/members.ts';
import { CodeError } from '../components/code-error.tsx';
import { Facts } from '../components/facts.tsx';
import { ForRole } from '../components/for-role.tsx';
import { Moment } from '../components/moment.tsx';
import { Section } from '../components/section.tsx';

/** Where the account's audiences are in the Ads Manager. */
const metaPage = (adAccount: string) =>
  `https://business.facebook.com/adsmanager/audiences?act=${adAccount.replace('act_', '')}`;

/** View linked audience & integration: what Meta says of it, untouched, and when it said so. */
export function LinkedTab({ audience }: { readonly audience: Audience }) {
  const { t } = useTranslation(['audience', 'audiences']);
  const queries = useQueryClient();
  const isLinked = audience.metaAudienceId !== null;
  const { data, error, refetch } = useQuery({ ...linkedQuery(audience.id), enabled: isLinked });
  const ask = useMutation({
    mutationFn: () => readLinked(audience.id, true),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['audiences'] }),
  });
  if (!isLinked) return <Alert color="blue">{t('audience:notLinked')}</Alert>;
  if (data === undefined) {
    return error === null ? (
      <Skeleton h={200} />
    ) : (
      <CodeError error={error} onRetry={() => void refetch()} />
    );
  }
  const { atMeta } = data;
  const status = (one: { code: number; text: string } | null = null) =>
    one === null ? '–' : t('audiences:statusCode', { code: one.code, text: one.text });
  return (
    <Section
      title={t('audience:tabLinked')}
      lead={t('audience:linkedMeaning')}
      actions={
        <ForRole role="editor">
          <Button variant="default" loading={ask.isPending} onClick={() => ask.mutate()}>
            {t('audience:askMeta')}
          </Button>
        </ForRole>
      }
    >
      <Facts
        facts={[
          [t('audience:nameAtMeta'), atMeta?.name ?? '–'],
          [t('audience:metaAudienceId'), data.metaAudienceId],
          [t('audiences:size'), atMeta?.size ?? t('audiences:sizeNotRead')],
          [t('audience:readAt'), <Moment key="read" at={atMeta?.readAt ?? null} />],
          [t('audiences:status'), status(atMeta?.deliveryStatus)],
          [t('audience:operationStatus'), status(atMeta?.operationStatus)],
          [t('audiences:integration'), data.integration],
          [t('audiences:adAccount'), data.adAccount],
        ]}
      />
      {!data.sandbox && (
        <Group gap="sm">
          <Anchor
            href={metaPage(data.adAccount)}
            target="_blank"
            rel="noreferrer"
            underline="always"
          >
            {t('audiences:openInMeta')}
          </Anchor>
          <Text size="sm" c="dimmed">
            {t('audience:openInMetaMeaning')}
          </Text>
        </Group>
      )}
    </Section>
  );
}
