import { Alert, Anchor, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Audience } from '../api/audiences.ts';
import { detailsQuery, type SyncDetails } from '../api/members.ts';
import { CodeError } from '../components/code-error.tsx';
import { Facts } from '../components/facts.tsx';
import { Moment } from '../components/moment.tsx';
import { Section } from '../components/section.tsx';
import { RunState } from '../runs/run-state.tsx';

/** View synchronization details: open when it is up to date or in error, closed with the reason while pending. */
export function DetailsTab({ audience }: { readonly audience: Audience }) {
  const { t } = useTranslation('audience');
  const { data, error, refetch } = useQuery(detailsQuery(audience.id));
  if (data === undefined) {
    return error === null ? (
      <Skeleton h={200} />
    ) : (
      <CodeError error={error} onRetry={() => void refetch()} />
    );
  }
  return (
    <Stack>
      {!data.available && (
        <Alert color="blue" title={t('detailsClosed')}>
          <Text size="sm">{data.reason}</Text>
          <Text size="sm">
            {t('nextRun')}: <Moment at={data.nextRunAt} empty={t('noNextRun')} />
          </Text>
        </Alert>
      )}
      {data.expected !== null && (
        <Alert color="blue" title={t('firstLoad')}>
          {t('firstLoadWords', {
            people: data.expected.people,
            count: Math.max(1, Math.ceil(data.expected.seconds / 60)),
            basis: data.expected.basis,
          })}
        </Alert>
      )}
      {data.matchingUntil !== null && (
        <Alert color="blue" title={t('matching')}>
          {t('matchingWords')} <Moment at={data.matchingUntil} />
        </Alert>
      )}
      {data.available && data.last !== null && <Last details={data} last={data.last} />}
      {data.timeline !== null && <Timeline timeline={data.timeline} />}
    </Stack>
  );
}

function Last({
  details,
  last,
}: {
  readonly details: SyncDetails;
  readonly last: NonNullable<SyncDetails['last']>;
}) {
  const { t, i18n } = useTranslation('audience');
  const number = new Intl.NumberFormat(i18n.language);
  return (
    <Section
      title={t('tabDetails')}
      actions={
        <Anchor component={Link} to={`/runs/${last.id}`} size="sm" underline="always">
          {t('openRun')}
        </Anchor>
      }
    >
      <Facts
        facts={[
          [t('status'), <RunState key="state" state={last.state} />],
          [
            t('synchronizedOn'),
            <Moment key="at" at={details.synchronizedOn} empty={t('notSinceChange')} />,
          ],
          [t('addedPeople'), number.format(last.added)],
          [t('removedPeople'), number.format(last.removed)],
          [t('lastAttempt'), <Moment key="attempt" at={last.finishedAt ?? last.startedAt} />],
          [t('nextRun'), <Moment key="next" at={details.nextRunAt} empty={t('noNextRun')} />],
        ]}
      />
      {last.error !== null && (
        <Alert color="red" title={last.error.code}>
          <Text size="sm">{last.error.message}</Text>
          <Text size="sm">{last.error.next}</Text>
        </Alert>
      )}
    </Section>
  );
}

function Timeline({ timeline }: { readonly timeline: NonNullable<SyncDetails['timeline']> }) {
  const { t, i18n } = useTranslation('audience');
  const seconds = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1 });
  const stages = ['planned', 'sent', 'accepted', 'ready'] as const;
  return (
    <Section title={t('timeline')} lead={t('timelineMeaning', { count: timeline.people })}>
      <Facts
        facts={stages.map((stage) => {
          const of = timeline[stage];
          return [
            t(`stage_${stage}`),
            of === null
              ? '–'
              : t('percentiles', { p50: seconds.format(of.p50), p95: seconds.format(of.p95) }),
          ] as const;
        })}
      />
    </Section>
  );
}
