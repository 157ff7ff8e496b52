import { Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { replayAll } from '../api/audience-actions.ts';
import { checkConnection } from '../api/connections.ts';
import { enableIntegration, type Integration, integrationsQuery } from '../api/integrations.ts';
import { ConfirmButton } from '../components/confirm-button.tsx';
import { DataTable } from '../components/data-table.tsx';
import { ForRole } from '../components/for-role.tsx';
import { SandboxBadge } from '../components/sandbox-badge.tsx';
import { Section } from '../components/section.tsx';
import { StateBadge } from '../components/state-badge.tsx';
import type { Column } from '../components/table-column.ts';
import { TermsPanel } from './terms-panel.tsx';

const EditIntegration = lazy(async () => ({
  default: (await import('./edit-integration.tsx')).EditIntegration,
}));

/** Which database goes to which ad account, and through which connection. */
export function Integrations() {
  const { t } = useTranslation('connect');
  const { data, error, refetch } = useQuery(integrationsQuery);
  const columns = useMemo((): Column<Integration>[] => {
    const text = (id: 'name' | 'database' | 'adAccount' | 'connection'): Column<Integration> => ({
      ...{ id, label: t(`column_${id}`), isHidden: id === 'connection' },
      value: (integration) => integration[id],
      cell: (integration) => integration[id],
    });
    return [
      ...(['name', 'database', 'adAccount', 'connection'] as const).map(text),
      {
        ...{ id: 'state', label: t('column_state'), value: ({ enabled }) => enabled },
        cell: ({ enabled, stopped, sandbox }) => (
          <Group gap={6} miw="max-content" wrap="nowrap">
            <StateBadge
              tone={stopped !== null ? 'bad' : enabled ? 'good' : 'quiet'}
              label={t(stopped !== null ? 'state_stopped' : enabled ? 'enabled' : 'disabled')}
            />
            {sandbox && <SandboxBadge />}
          </Group>
        ),
      },
      {
        ...{ id: 'quota', label: t('column_quota'), isNumber: true, isHidden: true },
        value: ({ quotaLeftPercent }) => quotaLeftPercent,
        cell: ({ quotaLeftPercent }) => t('percent', { percent: quotaLeftPercent }),
      },
      {
        ...{ id: 'resync', label: t('column_do') },
        cell: (integration) => (
          <Group gap={6} wrap="nowrap">
            <ForRole role="admin">
              <Edit integration={integration} />
              <OnOff integration={integration} />
            </ForRole>
            <ForRole role="editor">
              <Resync integration={integration} />
            </ForRole>
          </Group>
        ),
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

function Edit({ integration }: { readonly integration: Integration }) {
  const { t } = useTranslation('audience');
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => setOpen(true)}
        aria-label={`${t('edit')}: ${integration.name}`}
      >
        {t('edit')}
      </Button>
      {isOpen && (
        <Suspense>
          <EditIntegration integration={integration} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

function OnOff({ integration: { id, name, enabled } }: { readonly integration: Integration }) {
  const { t } = useTranslation('connect');
  const queries = useQueryClient();
  const flip = useMutation({
    mutationFn: () => enableIntegration(id, !enabled),
    onSuccess: () => queries.invalidateQueries(),
  });
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={flip.isPending}
      onClick={() => flip.mutate()}
      aria-label={t(enabled ? 'disableOf' : 'enableOf', { name })}
    >
      {t(enabled ? 'disable' : 'enable')}
    </Button>
  );
}

/** What Meta has may be old for a reason that nobody sees here: everybody is sent again. */
function Resync({ integration: { id, name, databaseId } }: { readonly integration: Integration }) {
  const { t } = useTranslation('connect');
  const queries = useQueryClient();
  const resync = useMutation({
    mutationFn: () => replayAll(databaseId, id),
    onSuccess: async (count) => {
      notifications.show({ message: t('resynced', { count }) });
      await queries.invalidateQueries();
    },
  });
  return (
    <ConfirmButton
      label={t('resync')}
      title={t('resyncOf', { name })}
      question={t('resyncHelp')}
      isBusy={resync.isPending}
      onConfirm={() => resync.mutate()}
    />
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
