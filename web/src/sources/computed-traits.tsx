import { Button, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Database, useDatabase } from '../api/databases.ts';
import { computedTraitsQuery, removeTrait, type Trait } from '../api/traits.ts';
import { DataTable } from '../components/data-table.tsx';
import { DatabasePicker } from '../components/database-picker.tsx';
import { Section } from '../components/section.tsx';
import type { Column } from '../components/table-column.ts';
import { NewTrait } from './new-trait.tsx';

/** What is worked out from events, for the database that is chosen. */
export function ComputedTraits() {
  const { databases, database, choose } = useDatabase();
  return (
    <Stack>
      <DatabasePicker databases={databases} value={database?.id ?? ''} onChange={choose} />
      {database !== null && <Traits database={database} />}
    </Stack>
  );
}

function Traits({ database }: { readonly database: Database }) {
  const { t } = useTranslation('sources');
  const { data, error, refetch } = useQuery(computedTraitsQuery(database.id));
  const [isMaking, setMaking] = useState(false);
  const columns = useMemo(
    (): readonly Column<Trait>[] => [
      {
        ...{ id: 'name', label: t('traits.name') },
        value: ({ name }) => name,
        cell: ({ name }) => name,
      },
      {
        ...{ id: 'what', label: t('traits.function') },
        cell: ({ computed }) => {
          if (computed === null) return '';
          const { event, property } = computed;
          const what = t(`traits.functions.${computed.function}`);
          return property === null
            ? t('traits.says', { function: what, event })
            : t('traits.saysProperty', { function: what, property, event });
        },
      },
      {
        ...{ id: 'days', label: t('traits.days') },
        cell: ({ computed }) => computed?.days ?? t('traits.always'),
      },
      {
        ...{ id: 'as', label: t('traits.as') },
        cell: ({ computed }) => computed?.as ?? '–',
      },
      {
        ...{ id: 'remove', label: t('traits.remove') },
        cell: ({ name }) => <Remove databaseId={database.id} name={name} />,
      },
    ],
    [t, database.id],
  );
  return (
    <Section
      title={t('traits.title')}
      lead={t('traits.lead')}
      actions={
        <Button variant="default" size="compact-sm" onClick={() => setMaking(true)}>
          {t('traits.new')}
        </Button>
      }
    >
      <DataTable
        label={t('traits.title')}
        name="t"
        columns={columns}
        rows={data}
        rowKey={({ name }) => name}
        error={error}
        onRetry={() => void refetch()}
        empty={<Text size="sm">{t('traits.none')}</Text>}
      />
      {isMaking && <NewTrait databaseId={database.id} onClose={() => setMaking(false)} />}
    </Section>
  );
}

function Remove({ databaseId, name }: { readonly databaseId: string; readonly name: string }) {
  const { t } = useTranslation('sources');
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removeTrait(databaseId, name),
    onSuccess: async () => {
      notifications.show({ message: t('traits.removed', { name }) });
      await queries.invalidateQueries({ queryKey: ['traits'] });
    },
  });
  return (
    <Button
      variant="default"
      size="compact-sm"
      aria-label={t('traits.removeOf', { name })}
      loading={remove.isPending}
      onClick={() => remove.mutate()}
    >
      {t('traits.remove')}
    </Button>
  );
}
