import { Anchor, Button, Group, NativeSelect, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { connect, type ReachedAdAccount, reachedAdAccountsQuery } from '../api/connections.ts';
import { integrationsQuery } from '../api/integrations.ts';
import { overviewQuery } from '../api/overview.ts';
import { CodeError } from '../components/code-error.tsx';
import { StateBadge } from '../components/state-badge.tsx';
import { CheckList } from './check-list.tsx';
import { TermsPanel } from './terms-panel.tsx';

/** Every ad account within reach of a connection, each to be tied to a database (features.md C-01, C-05). */
export function AdAccounts({ connectionId }: { readonly connectionId: string }) {
  const { t } = useTranslation('connect');
  const { data, error, refetch } = useQuery(reachedAdAccountsQuery(connectionId));
  const { data: overview } = useQuery(overviewQuery);
  const databases = overview?.databases ?? [];
  const [chosen, setChosen] = useState('');
  const databaseId = chosen === '' ? (databases[0]?.id ?? '') : chosen;
  if (data === undefined && error !== null)
    return <CodeError error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton h={120} />;
  if (data.length === 0) return <Text>{t('accounts.none')}</Text>;
  return (
    <Stack>
      <NativeSelect
        label={t('database')}
        value={databaseId}
        data={databases.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(event) => setChosen(event.currentTarget.value)}
      />
      {data.map((account) => (
        <OneAccount
          key={account.id}
          account={account}
          connectionId={connectionId}
          databaseId={databaseId}
          onRefresh={() => void refetch()}
        />
      ))}
    </Stack>
  );
}

interface OneAccountProps {
  readonly account: ReachedAdAccount;
  readonly connectionId: string;
  readonly databaseId: string;
  /** Asks Meta again. */
  readonly onRefresh: () => void;
}

function OneAccount({ account, connectionId, databaseId, onRefresh }: OneAccountProps) {
  const { t } = useTranslation('connect');
  const { id, name, business, termsAccepted, termsLink } = account;
  const queries = useQueryClient();
  const { data: integrations } = useQuery(integrationsQuery);
  const tie = useMutation({
    mutationFn: () => connect({ connectionId, adAccount: id, databaseId }),
    meta: { isSaidInPlace: true },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['integrations'] });
      await queries.invalidateQueries({ queryKey: ['connections'] });
    },
  });
  const tied = (integrations ?? []).filter(({ adAccount }) => adAccount === id);
  const isTied = tied.some((one) => one.databaseId === databaseId);
  return (
    <Stack gap="xs" component="article" aria-label={name ?? id}>
      <Group gap="sm">
        <Text fw={600}>{name ?? id}</Text>
        <Text size="sm">{id}</Text>
        {tied.map(({ id: integrationId, database }) => (
          <StateBadge
            key={integrationId}
            tone="good"
            label={t('accounts.tied', { database })}
            size="sm"
          />
        ))}
        <Button
          ml="auto"
          size="compact-sm"
          disabled={isTied || databaseId === ''}
          loading={tie.isPending}
          onClick={() => tie.mutate()}
          aria-label={t('accounts.connectOne', { name: name ?? id })}
        >
          {t('accounts.connect')}
        </Button>
      </Group>
      <Text size="sm">
        {business === null ? t('accounts.noBusiness') : t('accounts.business', { business })}
      </Text>
      {!termsAccepted && (
        <TermsPanel link={termsLink} isBusy={tie.isPending} onRecheck={onRefresh} />
      )}
      {tie.error !== null && <CodeError error={tie.error} />}
      {tie.data !== undefined && <CheckList checks={tie.data.checks} />}
      {isTied && (
        <Text size="sm">
          <Anchor href="./audiences/new" underline="always">
            {t('accounts.next')}
          </Anchor>
        </Text>
      )}
    </Stack>
  );
}
