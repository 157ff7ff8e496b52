import { Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Invitation, invitationsQuery, withdrawInvitation } from '../api/people.ts';
import { DataTable } from '../components/data-table.tsx';
import { Moment } from '../components/moment.tsx';
import { Section } from '../components/section.tsx';
import type { Column } from '../components/table-column.ts';
import { ConfirmButton } from '../components/confirm-button.tsx';
import { useRightsColumns } from './rights-columns.tsx';

/** Links that nobody used yet. */
export function Invitations() {
  const { t } = useTranslation('settings');
  const rights = useRightsColumns();
  const { data, error, refetch } = useQuery(invitationsQuery);
  const columns: readonly Column<Invitation>[] = [
    { id: 'email', label: t('email'), value: ({ email }) => email, cell: ({ email }) => email },
    ...rights,
    {
      id: 'by',
      label: t('madeBy'),
      value: ({ madeBy }) => madeBy,
      cell: ({ madeBy }) => madeBy,
    },
    {
      id: 'endsAt',
      label: t('ends'),
      value: ({ endsAt }) => endsAt,
      cell: ({ endsAt }) => <Moment at={endsAt} isRelative />,
    },
    { id: 'withdraw', label: t('actions'), cell: (one) => <Withdraw invitation={one} /> },
  ];
  return (
    <Section title={t('people.invitations')}>
      <DataTable
        name="i"
        label={t('people.invitations')}
        columns={columns}
        rows={data}
        rowKey={({ id }) => id}
        error={error}
        onRetry={() => void refetch()}
        empty={<Text>{t('people.noInvitations')}</Text>}
      />
    </Section>
  );
}

function Withdraw({ invitation: { id, email } }: { readonly invitation: Invitation }) {
  const { t } = useTranslation('settings');
  const queries = useQueryClient();
  const withdraw = useMutation({
    mutationFn: () => withdrawInvitation(id),
    onSuccess: () => queries.invalidateQueries(invitationsQuery),
  });
  return (
    <ConfirmButton
      label={t('people.withdraw')}
      title={t('people.withdrawOf', { email })}
      question={t('people.withdrawHelp')}
      isBusy={withdraw.isPending}
      onConfirm={() => withdraw.mutate()}
    />
  );
}
