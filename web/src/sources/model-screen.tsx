import { Button, Code, Stack, Switch, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../api/client.ts';
import {
  cancelModelRun,
  type Model,
  modelQuery,
  type ModelRun,
  modelRunsQuery,
  resetModel,
  runModel,
} from '../api/sources.ts';
import { ConfirmButton } from '../components/confirm-button.tsx';
import { CodeError } from '../components/code-error.tsx';
import { DataTable } from '../components/data-table.tsx';
import { ForRole } from '../components/for-role.tsx';
import { Moment } from '../components/moment.tsx';
import { Page } from '../components/page.tsx';
import type { Column } from '../components/table-column.ts';
import { PendingScreen } from '../shell/failed-screens.tsx';
import { FailedRows } from './failed-rows.tsx';
import { ModelAudience } from './model-audience.tsx';
import { ModelMapping } from './model-mapping.tsx';
import { ModelScheduleSection } from './model-schedule.tsx';
import { TestOne } from './test-record.tsx';

const activeStates: ReadonlySet<string> = new Set(['queued', 'running']);

type Run = Omit<ModelRun, 'failedRows'>;

/** One model: what it reads, one record tried, and its runs. */
export function ModelScreen() {
  const { t } = useTranslation('sources');
  const { modelId = '' } = useParams({ strict: false }) as Readonly<Record<string, string>>;
  const { data, error, refetch } = useQuery(modelQuery(modelId));
  if (data === undefined && error !== null) {
    return (
      <Page title={t('model')}>
        <CodeError error={error} onRetry={() => void refetch()} />
      </Page>
    );
  }
  if (data === undefined) return <PendingScreen />;
  return (
    <Page
      title={data.name}
      lead={t('modelLead', { source: data.source, database: data.database })}
      actions={
        <ForRole role="editor">
          <RunNow model={data} />
        </ForRole>
      }
    >
      <Enabled model={data} />
      {data.sql !== '' && <Code block>{data.sql}</Code>}
      <Text size="sm">
        {t('modelIs', {
          id: data.idColumn,
          mode: t(`modes.${data.mode}`),
          map: data.map ?? t('byName'),
        })}
      </Text>
      <ForRole role="editor">
        <ModelMapping key={`mapping ${data.id}`} model={data} />
        <ModelAudience key={`audience ${data.id}`} model={data} />
        <TestOne model={data} />
        <ModelScheduleSection key={`schedule ${data.id}`} model={data} />
      </ForRole>
      <FailedRows model={data} />
      <Runs model={data} />
    </Page>
  );
}

function Enabled({ model }: { readonly model: Model }) {
  const { t } = useTranslation('sources');
  const queries = useQueryClient();
  const flip = useMutation({
    mutationFn: (enabled: boolean) =>
      answered(
        api.PATCH('/models/{modelId}', {
          params: { path: { modelId: model.id } },
          body: { enabled },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['models'] }),
  });
  return (
    <Switch
      label={t(model.enabled ? 'enabled' : 'disabled')}
      checked={model.enabled}
      disabled={flip.isPending}
      onChange={(event) => flip.mutate(event.currentTarget.checked)}
    />
  );
}

function RunNow({ model }: { readonly model: Model }) {
  const { t } = useTranslation('sources');
  const queries = useQueryClient();
  const run = useMutation({
    mutationFn: () => runModel(model.id),
    onSuccess: async () => {
      notifications.show({ message: t('runAsked') });
      await queries.invalidateQueries({ queryKey: ['models'] });
    },
  });
  const isActive = model.lastRun !== null && activeStates.has(model.lastRun.state);
  const act = useMutation({
    mutationFn: async ({
      does,
    }: {
      readonly does: () => Promise<unknown>;
      readonly said: string;
    }) => await does(),
    onSuccess: async (_, { said }) => {
      notifications.show({ message: said });
      await queries.invalidateQueries({ queryKey: ['models'] });
    },
  });
  return (
    <>
      <ConfirmButton
        label={t('reset')}
        title={t('resetOf', { name: model.name })}
        question={t('resetHelp')}
        isBusy={act.isPending}
        onConfirm={() => act.mutate({ does: () => resetModel(model.id), said: t('resetDone') })}
      />
      {isActive && (
        <Button
          color="red.9"
          variant="outline"
          loading={act.isPending}
          onClick={() =>
            act.mutate({ does: () => cancelModelRun(model.id), said: t('cancelAsked') })
          }
        >
          {t('cancelRun')}
        </Button>
      )}
      <Button loading={run.isPending} onClick={() => run.mutate()}>
        {t('runNow')}
      </Button>
    </>
  );
}

function Runs({ model }: { readonly model: Model }) {
  const { t } = useTranslation('sources');
  const { data, error, refetch } = useQuery(modelRunsQuery(model.id));
  const columns = useMemo((): readonly Column<Run>[] => {
    const count = (id: 'new' | 'updated' | 'deleted' | 'failed'): Column<Run> => ({
      id,
      label: t(`counts.${id}`),
      isNumber: true,
      value: ({ counts }) => counts?.[id] ?? null,
      cell: ({ counts }) => counts?.[id] ?? '',
    });
    return [
      {
        id: 'queuedAt',
        label: t('when'),
        value: ({ queuedAt }) => queuedAt,
        cell: ({ queuedAt }) => <Moment at={queuedAt} />,
      },
      {
        id: 'state',
        label: t('state'),
        value: ({ state }) => t(`states.${state}`),
        cell: ({ state, error: why }) =>
          why === null ? t(`states.${state}`) : `${t(`states.${state}`)}: ${why.message}`,
      },
      ...(['new', 'updated', 'deleted', 'failed'] as const).map(count),
    ];
  }, [t]);
  return (
    <Stack component="section" aria-label={t('runs')}>
      <Title order={2}>{t('runs')}</Title>
      <DataTable
        label={t('runs')}
        columns={columns}
        rows={data}
        rowKey={({ id }) => id}
        error={error}
        onRetry={() => void refetch()}
        empty={<Text>{t('noRuns')}</Text>}
      />
    </Stack>
  );
}
