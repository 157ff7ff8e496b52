import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Operation, operationsQuery } from '../api/runs.ts';
import { DataTable } from '../components/data-table.tsx';
import { Moment } from '../components/moment.tsx';
import { Section } from '../components/section.tsx';
import type { Column } from '../components/table-column.ts';
import { usePages } from '../components/use-pages.ts';

/** The requests of a run, each with what Meta answered: its receipts. */
export function Operations({ runId }: { readonly runId: string }) {
  const { t, i18n } = useTranslation('runs');
  const pages = usePages(useInfiniteQuery(operationsQuery(runId)));
  const columns = useMemo((): Column<Operation>[] => {
    const number = new Intl.NumberFormat(i18n.language);
    return [
      {
        ...{ id: 'sent', label: t('sentAt'), value: ({ sentAt }) => sentAt },
        cell: ({ sentAt }) => <Moment at={sentAt} />,
      },
      {
        ...{ id: 'kind', label: t('kind'), value: ({ kind }) => kind },
        cell: ({ kind }) => t(kind === 'add' ? 'kindAdd' : 'kindRemove'),
      },
      {
        ...{ id: 'people', label: t('people'), isNumber: true, value: ({ people }) => people },
        cell: ({ people }) => number.format(people),
      },
      {
        ...{ id: 'rows', label: t('rows'), isNumber: true, value: ({ rows }) => rows },
        cell: ({ rows }) => number.format(rows),
      },
      {
        ...{ id: 'rejected', label: t('column_rejected'), isNumber: true },
        value: ({ rejected }) => rejected,
        cell: ({ rejected }) => number.format(rejected),
      },
      {
        ...{ id: 'outcome', label: t('outcome'), value: ({ outcome }) => outcome },
        cell: ({ outcome, covered }) =>
          covered ? t('outcomeCovered') : t(`outcome_${outcome ?? 'none'}`),
      },
      {
        ...{ id: 'schema', label: t('schema'), value: ({ schema }) => schema.join(' ') },
        cell: ({ schema }) => schema.join(', '),
      },
    ];
  }, [t, i18n.language]);
  return (
    <Section title={t('receipts')} lead={t('receiptsMeaning')}>
      <DataTable
        label={t('receipts')}
        name="requests."
        columns={columns}
        {...pages}
        rowKey={({ id }) => id}
      />
    </Section>
  );
}
