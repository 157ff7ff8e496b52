import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Integration, integrationsQuery } from '../api/connections.ts';
import { DataTable } from '../components/data-table.tsx';
import { SandboxBadge } from '../components/sandbox-badge.tsx';
import { Section } from '../components/section.tsx';
import { StateBadge } from '../components/state-badge.tsx';
import type { Column } from '../components/table-column.ts';

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
