import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../api/client.ts';
import { type Model, modelsQuery, type Source, sourcesQuery } from '../api/sources.ts';
import { DataTable } from '../components/data-table.tsx';
import { ForRole } from '../components/for-role.tsx';
import { Moment } from '../components/moment.tsx';
import { Page } from '../components/page.tsx';
import type { Column } from '../components/table-column.ts';
import { ComputedTraits } from './computed-traits.tsx';
import { ConnectSource } from './connect-source.tsx';

type Words = ReturnType<typeof useTranslation<'sources'>>['t'];

/** Where people come from, and what is read there. */
export function SourcesScreen() {
  const { t } = useTranslation(['sources', 'upload']);
  const sources = useQuery(sourcesQuery);
  const models = useQuery(modelsQuery);
  const [isConnecting, setConnecting] = useState(false);
  const sourceColumns = useMemo(() => columnsOfSources(t), [t]);
  const modelColumns = useMemo(() => columnsOfModels(t), [t]);
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={
        <>
          <ForRole role="admin" credentials>
            <Button variant="default" onClick={() => setConnecting(true)}>
              {t('connect')}
            </Button>
          </ForRole>
          <ForRole role="editor">
            <Button component={Link} to="/sources/upload" variant="default">
              {t('upload:open')}
            </Button>
            <Button component={Link} to="/sources/models/new">
              {t('newModel')}
            </Button>
          </ForRole>
        </>
      }
    >
      <Stack component="section" aria-label={t('models')}>
        <Title order={2}>{t('models')}</Title>
        <DataTable
          name="m"
          label={t('models')}
          columns={modelColumns}
          rows={models.data}
          rowKey={({ id }) => id}
          error={models.error}
          onRetry={() => void models.refetch()}
          empty={<Text>{t('noModels')}</Text>}
        />
      </Stack>
      <Stack component="section" aria-label={t('sources')}>
        <Title order={2}>{t('sources')}</Title>
        <DataTable
          name="s"
          label={t('sources')}
          columns={sourceColumns}
          rows={sources.data}
          rowKey={({ id }) => id}
          error={sources.error}
          onRetry={() => void sources.refetch()}
          empty={<Text>{t('noSources')}</Text>}
        />
      </Stack>
      <ComputedTraits />
      <ConnectSource isOpen={isConnecting} onClose={() => setConnecting(false)} />
    </Page>
  );
}

function columnsOfModels(t: Words): readonly Column<Model>[] {
  return [
    {
      id: 'name',
      label: t('name'),
      value: ({ name }) => name,
      cell: ({ id, name }) => (
        <Anchor component={Link} to={`/sources/models/${id}`} underline="always" fw={600} inherit>
          {name}
        </Anchor>
      ),
    },
    {
      id: 'source',
      label: t('source'),
      value: ({ source }) => source,
      cell: ({ source }) => source,
    },
    {
      id: 'database',
      label: t('database'),
      value: ({ database }) => database,
      cell: ({ database }) => database,
    },
    {
      id: 'mode',
      label: t('mode'),
      value: ({ mode }) => t(`modes.${mode}`),
      cell: ({ mode }) => t(`modes.${mode}`),
    },
    {
      id: 'state',
      label: t('state'),
      value: ({ enabled }) => t(enabled ? 'enabled' : 'disabled'),
      cell: ({ enabled }) => t(enabled ? 'enabled' : 'disabled'),
    },
    {
      id: 'lastRun',
      label: t('lastRun'),
      value: ({ lastRun }) => lastRun?.queuedAt ?? null,
      cell: ({ lastRun }) =>
        lastRun === null ? (
          t('never')
        ) : (
          <>
            {t(`states.${lastRun.state}`)} <Moment at={lastRun.queuedAt} isRelative />
          </>
        ),
    },
  ];
}

function columnsOfSources(t: Words): readonly Column<Source>[] {
  return [
    { id: 'name', label: t('name'), value: ({ name }) => name, cell: ({ name }) => name },
    { id: 'type', label: t('type'), value: ({ type }) => type, cell: ({ type }) => type },
    { id: 'place', label: t('place'), value: ({ place }) => place, cell: ({ place }) => place },
    {
      id: 'models',
      label: t('models'),
      isNumber: true,
      value: ({ models }) => models.length,
      cell: ({ models }) => models.length,
    },
    {
      id: 'test',
      label: t('check'),
      cell: (source) => (
        <ForRole role="editor">
          <TestButton source={source} />
        </ForRole>
      ),
    },
  ];
}

function TestButton({ source }: { readonly source: Source }) {
  const { t } = useTranslation('sources');
  const test = useMutation({
    mutationFn: () =>
      answered(api.POST('/sources/{sourceId}/test', { params: { path: { sourceId: source.id } } })),
    onSuccess: ({ server }) => notifications.show({ message: t('answered', { server }) }),
  });
  return (
    <Group>
      <Button
        size="compact-sm"
        variant="default"
        loading={test.isPending}
        onClick={() => test.mutate()}
        aria-label={t('testOf', { name: source.name })}
      >
        {t('test')}
      </Button>
    </Group>
  );
}
