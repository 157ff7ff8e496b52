import { Code, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Incoming, incomingQuery } from '../api/live.ts';
import { DataTable } from '../components/data-table.tsx';
import { Moment } from '../components/moment.tsx';
import type { Column } from '../components/table-column.ts';

interface IncomingCallsProps {
  readonly databaseId: string;
  readonly isPaused: boolean;
}

/** The last calls of a site or an app, taken or refused with the reason; of values only the form. */
export function IncomingCalls({ databaseId, isPaused }: IncomingCallsProps) {
  const { t } = useTranslation('live');
  const { data, error, refetch } = useQuery(incomingQuery(databaseId, isPaused));
  const columns = useMemo((): Column<Incoming>[] => {
    const answerOf = ({ accepted, reason }: Incoming) =>
      accepted ? t('taken') : t('refused', { reason: reason ?? '' });
    return [
      { id: 'at', label: t('at'), value: ({ at }) => at, cell: ({ at }) => <Moment at={at} /> },
      { id: 'type', label: t('type'), value: ({ type }) => type, cell: ({ type }) => type },
      { id: 'name', label: t('name'), value: ({ name }) => name, cell: ({ name }) => name },
      { id: 'answer', label: t('answer'), value: answerOf, cell: answerOf },
      {
        ...{ id: 'detail', label: t('detail') },
        cell: ({ detail }) => <Code className="anywhere">{JSON.stringify(detail)}</Code>,
      },
    ];
  }, [t]);
  return (
    <DataTable
      label={t('in')}
      name="in."
      columns={columns}
      rows={data}
      rowKey={({ id }) => id}
      error={error}
      onRetry={() => void refetch()}
      searchText={({ type, name, reason }) => `${type} ${name ?? ''} ${reason ?? ''}`}
      empty={<Text>{t('nothingCame')}</Text>}
    />
  );
}
