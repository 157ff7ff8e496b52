import { Button, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type FailedRow, failedRowsQuery, type Model, runModel } from '../api/sources.ts';
import { DataTable } from '../components/data-table.tsx';
import { Section } from '../components/section.tsx';
import type { Column } from '../components/table-column.ts';

/** What could not be taken, and why; a run tries it again. */
export function FailedRows({ model }: { readonly model: Model }) {
  const { t } = useTranslation('sources');
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery(failedRowsQuery(model.id));
  const retry = useMutation({
    mutationFn: () => runModel(model.id),
    onSuccess: async () => {
      notifications.show({ message: t('runAsked') });
      await queries.invalidateQueries({ queryKey: ['models', model.id] });
    },
  });
  const columns = useMemo(
    (): readonly Column<FailedRow>[] => [
      {
        ...{ id: 'rowNumber', label: t('row'), isNumber: true },
        value: ({ rowNumber }) => rowNumber,
        cell: ({ rowNumber }) => rowNumber,
      },
      {
        ...{ id: 'externalId', label: t('externalId') },
        value: ({ externalId }) => externalId,
        cell: ({ externalId }) => externalId ?? '–',
      },
      {
        ...{ id: 'reason', label: t('reason') },
        value: ({ reason }) => reason,
        cell: ({ reason }) => reason,
      },
    ],
    [t],
  );
  return (
    <Section
      title={t('failedRows')}
      lead={t('failedRowsHelp')}
      actions={
        data !== undefined &&
        data.length > 0 && (
          <Button
            variant="default"
            size="compact-sm"
            loading={retry.isPending}
            onClick={() => retry.mutate()}
          >
            {t('retry')}
          </Button>
        )
      }
    >
      <DataTable
        label={t('failedRows')}
        name="failed."
        columns={columns}
        rows={data}
        rowKey={({ id }) => id}
        error={error}
        onRetry={() => void refetch()}
        empty={<Text size="sm">{t('noFailedRows')}</Text>}
      />
    </Section>
  );
}
