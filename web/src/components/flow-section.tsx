import { NativeSelect, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { Flow, flowQuery } from '../api/overview.ts';
import { useAddress } from '../shell/address.ts';
import { CodeError } from './code-error.tsx';
import { Section } from './section.tsx';

const FlowChart = lazy(async () => ({ default: (await import('./flow-chart.tsx')).FlowChart }));

const PERIODS = [7, 30, 90, 365];
export const PERIOD_DEFAULT = '30';
const CHART_PX = 260;

/** People added and removed at Meta, day by day, over a period that stands in the address. */
export function FlowSection({
  query,
}: {
  readonly query: (days: number) => ReturnType<typeof flowQuery>;
}) {
  const { t } = useTranslation('home');
  const [{ days = PERIOD_DEFAULT }, change] = useAddress();
  const { data, error, refetch } = useQuery(query(Number(days)));
  const isEmpty = data?.days.every(({ added, removed }) => added + removed === 0);
  const waiting = <Skeleton h={CHART_PX} />;
  return (
    <Section
      title={t('flow')}
      lead={t('flowMeaning')}
      actions={
        <NativeSelect
          aria-label={t('flowPeriod')}
          value={days}
          onChange={(event) => change({ days: event.currentTarget.value })}
          data={PERIODS.map((count) => ({ value: String(count), label: t('flowDays', { count }) }))}
        />
      }
    >
      {error !== null && <CodeError error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && waiting}
      {isEmpty === true && <Text>{t('flowEmpty')}</Text>}
      {data !== undefined && <PeriodWords days={data.days} />}
      {data !== undefined && isEmpty === false && (
        <Suspense fallback={waiting}>
          <FlowChart flow={data} heightPx={CHART_PX} />
        </Suspense>
      )}
    </Section>
  );
}

/** What became of everything in the period, in one sentence. */
function PeriodWords({ days }: { readonly days: Flow['days'] }) {
  const { t } = useTranslation('home');
  const sum = (name: 'added' | 'removed' | 'rejected' | 'runs' | 'runsFailed') =>
    days.reduce((total, day) => total + day[name], 0);
  return (
    <Text size="sm">
      {t('flowPeriodWords', {
        ...{ added: sum('added'), removed: sum('removed'), rejected: sum('rejected') },
        ...{ runs: sum('runs'), failed: sum('runsFailed') },
      })}
    </Text>
  );
}
