import { Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { checkConnection, type Integration, integrationsQuery } from '../api/connections.ts';
import { DataTable } from '../components/data-table.tsx';
import { SandboxBadge } from '../components/sandbox-badge.tsx';
import { Section } from '../components/section.tsx';
import { StateBadge } from '../components/state-badge.tsx';
import type { Column } from '../components/table-column.ts';
import { TermsPanel } from './terms-panel.tsx';

/** Which database goes to which ad account, and through which connection. */
export function Integrations() {
  const { t } = useTranslation('connect');
  const { data, error, refetch } = useQuery(integrationsQuery);
  const columns = useMemo((): Column<Integration>[] => {
    const text = (id: 'name' | 'database' | 'adAccount' | 'connection'): Column<Integration> => ({
      ...{ id, label: t(`column_${id}`) },
      value: (integration) => integration[id],
      cell: (integration) => integration[id],
    });
    return [
      ...(['name', 'database', 'adAccount', 'connection'] as const).map(text),
      {
        ...{ id: 'state', label: t('column_state'), value: ({ enabled }) => enabled },
        cell: ({ enabled, stopped, sandbox }) => (
          <>
            <StateBadge
              tone={stopped !== null ? 'bad' : enabled ? 'good' : 'quiet'}
              label={t(stopped !== null ? 'state_stopped' : enabled ? 'enabled' : 'disabled')}
            />{' '}
            {sandbox && <SandboxBadge />}
          </>
        ),
      },
      {
        ...{ id: 'quota', label: t('column_quota'), isNumber: true },
        value: ({ quotaLeftPercent }) => quotaLeftPercent,
        cell: ({ quotaLeftPercent }) => t('percent', { percent: quotaLeftPercent }),
      },
    ];
  }, [t]);
  return (
    <Section title={t('integrations')} lead={t('integrationsLead')}>
      {data
        ?.filter(({ stopped }) => stopped?.code === 'META_TERMS')
        .map((integration) => (
          <StoppedByTerms key={integration.id} integration={integration} />
        ))}
      <DataTable
        label={t('integrations')}
        name="integrations."
        columns={columns}
        rows={data}
        rowKey={({ id }) => id}
        error={error}
        onRetry={() => void refetch()}
      />
    </Section>
  );
}

/** Meta refused people of it until somebody accepts; a check lets it go on. */
function StoppedByTerms({ integration }: { readonly integration: Integration }) {
  const { connectionId, name, stopped } = integration;
  const queries = useQueryClient();
  const check = useMutation({
    mutationFn: () => checkConnection(connectionId),
    onSuccess: () => queries.invalidateQueries(),
  });
  return (
    <Stack gap="xs" component="article" aria-label={name}>
      <Text fw={600}>{name}</Text>
      <TermsPanel
        link={stopped?.link ?? null}
        isBusy={check.isPending}
        onRecheck={() => check.mutate()}
      />
    </Stack>
  );
}
