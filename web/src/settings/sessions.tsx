import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { endSession, type Session, sessionsQuery } from '../api/account.ts';
import { DataTable } from '../components/data-table.tsx';
import { Moment } from '../components/moment.tsx';
import { Section } from '../components/section.tsx';
import { StateBadge } from '../components/state-badge.tsx';
import type { Column } from '../components/table-column.ts';
import { browserWords } from './browser-words.ts';
import { ConfirmButton } from '../components/confirm-button.tsx';

/** Everywhere that one is signed in. */
export function Sessions() {
  const { t } = useTranslation('settings');
  const { data, error, refetch } = useQuery(sessionsQuery);
  const browserOf = ({ browser }: Session) =>
    browser === null ? t('account.unknown') : browserWords(browser);
  const columns: readonly Column<Session>[] = [
    {
      id: 'browser',
      label: t('account.browser'),
      value: browserOf,
      cell: (session) => browserOf(session),
    },
    {
      id: 'address',
      label: t('account.address'),
      value: ({ address }) => address,
      cell: ({ address }) => address ?? t('account.unknown'),
    },
    {
      id: 'createdAt',
      label: t('since'),
      value: ({ createdAt }) => createdAt,
      cell: ({ createdAt }) => <Moment at={createdAt} isRelative />,
    },
    {
      id: 'endsAt',
      label: t('ends'),
      value: ({ endsAt }) => endsAt,
      cell: ({ endsAt }) => <Moment at={endsAt} isRelative />,
    },
    {
      id: 'end',
      label: t('actions'),
      cell: (session) =>
        session.current ? (
          <StateBadge tone="good" label={t('account.here')} />
        ) : (
          <End session={session} name={browserOf(session)} />
        ),
    },
  ];
  return (
    <Section title={t('account.sessions')} lead={t('account.sessionsLead')}>
      <DataTable
        label={t('account.sessions')}
        columns={columns}
        rows={data}
        rowKey={({ id }) => id}
        error={error}
        onRetry={() => void refetch()}
      />
    </Section>
  );
}

function End({ session, name }: { readonly session: Session; readonly name: string }) {
  const { t } = useTranslation('settings');
  const queries = useQueryClient();
  const end = useMutation({
    mutationFn: () => endSession(session.id),
    onSuccess: () => queries.invalidateQueries(sessionsQuery),
  });
  return (
    <ConfirmButton
      label={t('account.end')}
      title={t('account.endOf', { name })}
      question={t('account.endHelp')}
      isBusy={end.isPending}
      onConfirm={() => end.mutate()}
    />
  );
}
