import { Anchor, NativeSelect, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Outgoing, outgoingQuery } from '../api/live.ts';
import { DataTable } from '../components/data-table.tsx';
import { Moment } from '../components/moment.tsx';
import type { Column } from '../components/table-column.ts';
import { useAddress } from '../shell/address.ts';

const outcomes = ['clean', 'refused', 'uncertain', 'none'] as const;

/** Null in the API: nothing has come back yet. */
const outcomeOf = ({ outcome }: Outgoing) => outcome ?? 'none';

/** The last requests: when, which audience, which keys, how many rows, and what Meta said. */
export function OutgoingRequests({ isPaused }: { readonly isPaused: boolean }) {
  const { t } = useTranslation(['live', 'runs']);
  const [{ outcome = '' }, change] = useAddress();
  const { data, error, refetch } = useQuery(outgoingQuery(isPaused));
  const columns = useColumns();
  const rows = useMemo(
    () => data?.filter((one) => outcome === '' || outcomeOf(one) === outcome),
    [data, outcome],
  );
  return (
    <DataTable
      label={t('live:out')}
      columns={columns}
      rows={rows}
      rowKey={({ id }) => id}
      error={error}
      onRetry={() => void refetch()}
      searchText={({ audience, adAccount, schema }) => [audience, adAccount, ...schema].join(' ')}
      filters={
        <NativeSelect
          aria-label={t('runs:outcome')}
          value={outcome}
          onChange={(event) => change({ outcome: event.currentTarget.value })}
          data={[
            { value: '', label: t('live:everyAnswer') },
            ...outcomes.map((value) => ({ value, label: t(`runs:outcome_${value}`) })),
          ]}
        />
      }
      isFiltered={outcome !== ''}
      onClearFilters={() => change({ outcome: '' })}
      empty={<Text>{t('live:nothingSent')}</Text>}
    />
  );
}

function useColumns(): readonly Column<Outgoing>[] {
  const { t, i18n } = useTranslation(['live', 'runs']);
  return useMemo(() => {
    const format = new Intl.NumberFormat(i18n.language);
    const number = (
      id: 'rows' | 'people' | 'rejected' | 'bytes',
      label: string,
    ): Column<Outgoing> => ({
      ...{ id, label, isNumber: true, isHidden: id === 'bytes' },
      value: (one) => one[id],
      cell: (one) => format.format(one[id]),
    });
    const kindOf = ({ kind }: Outgoing) => t(kind === 'add' ? 'runs:kindAdd' : 'runs:kindRemove');
    const answerOf = (one: Outgoing) =>
      one.covered ? t('runs:outcomeCovered') : t(`runs:outcome_${outcomeOf(one)}`);
    return [
      {
        ...{ id: 'sent', label: t('runs:sentAt'), value: ({ sentAt }) => sentAt },
        cell: ({ sentAt }) => <Moment at={sentAt} />,
      },
      {
        ...{ id: 'audience', label: t('live:audience'), value: ({ audience }) => audience },
        cell: ({ audience, audienceId, runId }) => (
          <Anchor
            component={Link}
            to={runId === null ? `/audiences/${audienceId}` : `/runs/${runId}`}
            underline="always"
            inherit
          >
            {audience}
          </Anchor>
        ),
      },
      { id: 'kind', label: t('runs:kind'), value: kindOf, cell: kindOf },
      number('rows', t('runs:rows')),
      number('people', t('runs:people')),
      {
        ...{ id: 'keys', label: t('live:keys'), value: ({ schema }) => schema.join(' ') },
        // On a telephone they would stand one below the other.
        cell: ({ schema }) => (
          <Text inherit miw="12rem">
            {schema.join(', ')}
          </Text>
        ),
      },
      { id: 'answer', label: t('runs:outcome'), value: answerOf, cell: answerOf },
      number('rejected', t('runs:column_rejected')),
      number('bytes', t('live:bytes')),
      {
        ...{ id: 'account', label: t('live:account'), isHidden: true },
        value: ({ adAccount }) => adAccount,
        cell: ({ adAccount }) => adAccount,
      },
    ];
  }, [t, i18n.language]);
}
