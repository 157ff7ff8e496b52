import { Anchor, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Audience } from '../api/audiences.ts';
import { type Run, runsQuery } from '../api/runs.ts';
import { DataTable } from '../components/data-table.tsx';
import { Moment } from '../components/moment.tsx';
import type { Column } from '../components/table-column.ts';
import { usePages } from '../components/use-pages.ts';
import { RunState } from '../runs/run-state.tsx';
import type { Trigger } from '../runs/trigger.ts';

/** Every run of an audience: what started it, how long it took, what became of it. */
export function RunsTab({ audience }: { readonly audience: Audience }) {
  const { t, i18n } = useTranslation('runs');
  const pages = usePages(useInfiniteQuery(runsQuery(audience.id)));
  const columns = useMemo((): Column<Run>[] => {
    const number = new Intl.NumberFormat(i18n.language);
    const count = (
      id: 'added' | 'removed' | 'accepted' | 'rejected' | 'failed' | 'requests',
    ): Column<Run> => ({
      ...{ id, label: t(`column_${id}`), isNumber: true },
      value: (run) => run[id],
      cell: (run) => number.format(run[id]),
    });
    return [
      {
        ...{ id: 'run', label: t('run'), value: ({ startedAt }) => startedAt },
        cell: ({ id, startedAt }) => (
          <Anchor component={Link} to={`/runs/${id}`} inherit>
            <Moment at={startedAt} />
          </Anchor>
        ),
      },
      {
        ...{ id: 'state', label: t('state'), value: ({ state }) => state },
        cell: ({ state }) => <RunState state={state} />,
      },
      {
        id: 'trigger',
        label: t('trigger'),
        value: (run) => run.trigger,
        cell: (run) => t(`triggers.${run.trigger as Trigger}`),
      },
      {
        ...{ id: 'seconds', label: t('duration'), isNumber: true, value: ({ seconds }) => seconds },
        cell: ({ seconds }) =>
          seconds === null ? '–' : t('seconds', { count: Math.round(seconds) }),
      },
      ...(['added', 'removed', 'accepted', 'rejected', 'failed', 'requests'] as const).map(count),
      {
        ...{ id: 'error', label: t('error'), value: ({ error }) => error?.code ?? null },
        cell: ({ error }) => error?.code ?? '–',
      },
    ];
  }, [t, i18n.language]);
  return (
    <DataTable
      label={t('title')}
      name="runs."
      columns={columns}
      {...pages}
      rowKey={({ id }) => id}
      empty={<Text>{t('empty')}</Text>}
    />
  );
}
