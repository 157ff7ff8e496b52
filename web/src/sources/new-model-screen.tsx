import { Button, Group, NativeSelect, Stack, Text, TextInput, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../api/client.ts';
import { type Database, useDatabase } from '../api/databases.ts';
import { type Preview, type Source, sourcesQuery } from '../api/sources.ts';
import { CodeError } from '../components/code-error.tsx';
import { DatabasePicker } from '../components/database-picker.tsx';
import { Page } from '../components/page.tsx';
import { MappingFields } from './mapping-fields.tsx';
import { ModelPreview } from './model-preview.tsx';

const SqlEditor = lazy(async () => ({ default: (await import('./sql-editor.tsx')).SqlEditor }));

const modes = ['mirror', 'upsert', 'delete'] as const;

interface Draft {
  readonly name: string;
  readonly sourceId: string;
  readonly sql: string;
  readonly idColumn: string;
  readonly map: string;
  readonly mode: (typeof modes)[number];
}

/** A query whose rows are people: written, looked at, mapped, kept. */
export function NewModelScreen() {
  const { t } = useTranslation('sources');
  const sources = useQuery(sourcesQuery);
  const place = useDatabase();
  const { databases, database, choose } = place;
  const [first] = sources.data ?? [];
  const failed = sources.error ?? place.error;
  const again = () => {
    void sources.refetch();
    place.retry();
  };
  return (
    <Page title={t('newModel')} lead={t('newModelLead')}>
      {failed !== null && <CodeError error={failed} onRetry={again} />}
      {sources.data?.length === 0 && <Text>{t('noSources')}</Text>}
      <DatabasePicker databases={databases} value={database?.id ?? ''} onChange={choose} />
      {first !== undefined && database !== null && (
        <Form sources={sources.data ?? []} first={first} database={database} />
      )}
    </Page>
  );
}

interface FormProps {
  readonly sources: readonly Source[];
  readonly first: Source;
  readonly database: Database;
}

function Form({ sources, first, database }: FormProps) {
  const { t } = useTranslation('sources');
  const [draft, setDraft] = useState<Draft>({
    ...{ name: '', sourceId: first.id, sql: '', idColumn: '', map: '', mode: 'mirror' },
  });
  const { look, make } = useModel(draft, database, (preview) =>
    setDraft((before) => ({ ...before, idColumn: before.idColumn || preview.idColumn })),
  );
  const change = (part: Partial<Draft>): void => setDraft({ ...draft, ...part });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        make.mutate();
      }}
    >
      <Stack>
        <TextInput
          label={t('name')}
          required
          value={draft.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
        <NativeSelect
          label={t('source')}
          value={draft.sourceId}
          data={sources.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(event) => change({ sourceId: event.currentTarget.value })}
        />
        <div>
          <Text size="sm" fw={600}>
            {t('sql')}
          </Text>
          <Text size="xs">{t('sqlHelp')}</Text>
          <Suspense fallback={<Text>{t('loading')}</Text>}>
            <SqlEditor label={t('sql')} value={draft.sql} onChange={(sql) => change({ sql })} />
          </Suspense>
        </div>
        <Group>
          <Button variant="default" loading={look.isPending} onClick={() => look.mutate()}>
            {t('look')}
          </Button>
        </Group>
        {look.error !== null && <CodeError error={look.error} />}
        {look.data !== undefined && (
          <>
            <ModelPreview preview={look.data} />
            <Meaning draft={draft} change={change} preview={look.data} />
          </>
        )}
        {make.error !== null && <CodeError error={make.error} />}
        <Group>
          <Button
            type="submit"
            loading={make.isPending}
            disabled={draft.idColumn === '' || draft.name.trim() === ''}
          >
            {t('saveModel')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function useModel(draft: Draft, database: Database, onLooked: (preview: Preview) => void) {
  const { t } = useTranslation('sources');
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { name, sourceId, sql, idColumn, mode } = draft;
  const map = draft.map === '' ? null : draft.map;
  const look = useMutation({
    mutationFn: () =>
      answered(
        api.POST('/models/preview', {
          body: { sourceId, sql, idColumn: idColumn === '' ? null : idColumn, map },
        }),
      ),
    onSuccess: onLooked,
  });
  const make = useMutation({
    mutationFn: () =>
      answered(
        api.POST('/models', {
          body: { name, sourceId, databaseId: database.id, sql, idColumn, map, mode },
        }),
      ),
    onSuccess: async ({ id }) => {
      notifications.show({ message: t('madeModel', { name }) });
      await queries.invalidateQueries({ queryKey: ['models'] });
      await navigate({ to: `/sources/models/${id}` });
    },
  });
  return { look, make };
}

interface MeaningProps {
  readonly draft: Draft;
  readonly change: (part: Partial<Draft>) => void;
  readonly preview: Preview;
}

function Meaning({ draft, change, preview }: MeaningProps) {
  const { t } = useTranslation('sources');
  return (
    <>
      <NativeSelect
        label={t('idColumn')}
        description={t('idColumnHelp')}
        value={draft.idColumn}
        data={[...preview.columns]}
        onChange={(event) => change({ idColumn: event.currentTarget.value })}
      />
      <Title order={2}>{t('mapping.title')}</Title>
      <MappingFields
        map={draft.map}
        onChange={(map) => change({ map })}
        columns={preview.columns}
        mapped={preview.mapped}
      />
      <NativeSelect
        label={t('mode')}
        description={t(`modeHelp.${draft.mode}`)}
        value={draft.mode}
        data={modes.map((one) => ({ value: one, label: t(`modes.${one}`) }))}
        onChange={(event) => change({ mode: event.currentTarget.value as Draft['mode'] })}
      />
    </>
  );
}
