import { Button, NumberInput, Switch, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../api/may.ts';
import { type Retention, retentionQuery, setRetention } from '../api/retention.ts';
import { DataTable } from '../components/data-table.tsx';
import type { Column } from '../components/table-column.ts';
import { ReadOnlyNote } from './allowed.tsx';
import { FormModal } from '../components/form-modal.tsx';
import { SettingsPage } from './settings-page.tsx';

const DAYS_MAX = 36_500;

/** How long what is kept; everybody sees it, an owner changes it. */
export function RetentionScreen() {
  const { t } = useTranslation('settings');
  const { data, error, refetch } = useQuery(retentionQuery);
  const [chosen, setChosen] = useState<Retention | null>(null);
  const may = useMay({ role: 'owner' }) === true;
  const daysOf = (days: number | null) =>
    days === null ? t('retention.forEver') : t('retention.days', { count: days });
  const columns: readonly Column<Retention>[] = [
    {
      id: 'name',
      label: t('retention.what'),
      value: ({ name }) => name,
      cell: ({ name, words }) => (
        <>
          {name}
          <Text size="xs">{words}</Text>
        </>
      ),
    },
    {
      id: 'days',
      label: t('retention.kept'),
      value: ({ days }) => days,
      cell: ({ days }) => daysOf(days),
    },
    {
      id: 'default',
      label: t('retention.default'),
      value: ({ defaultDays }) => defaultDays,
      cell: ({ defaultDays }) => daysOf(defaultDays),
    },
    {
      id: 'change',
      label: t('actions'),
      cell: (row) =>
        may && (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => setChosen(row)}
            aria-label={t('retention.changeOf', { name: row.name })}
          >
            {t('change')}
          </Button>
        ),
    },
  ];
  return (
    <SettingsPage section="retention">
      <ReadOnlyNote role="owner">{t('retention.readOnly')}</ReadOnlyNote>
      <DataTable
        label={t('retention.title')}
        columns={may ? columns : columns.slice(0, -1)}
        rows={data}
        rowKey={({ name }) => name}
        error={error}
        onRetry={() => void refetch()}
      />
      {chosen !== null && <Change kept={chosen} onClose={() => setChosen(null)} />}
    </SettingsPage>
  );
}

interface ChangeProps {
  readonly kept: Retention;
  readonly onClose: () => void;
}

function Change({ kept, onClose }: ChangeProps) {
  const { t } = useTranslation('settings');
  const queries = useQueryClient();
  const [days, setDays] = useState(kept.days ?? kept.defaultDays);
  const [isForEver, setForEver] = useState(kept.days === null);
  const save = useMutation({
    mutationFn: () => setRetention(kept.name, isForEver ? null : days),
    meta: { isSaidInPlace: true },
    onSuccess: async () => {
      notifications.show({ message: t('saved') });
      await queries.invalidateQueries(retentionQuery);
      onClose();
    },
  });
  return (
    <FormModal
      title={t('retention.changeOf', { name: kept.name })}
      action={t('save')}
      isOpen
      isBusy={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate()}
      onClose={onClose}
    >
      <Text size="sm">{t('retention.changeHelp')}</Text>
      <Switch
        label={t('retention.keepForEver')}
        checked={isForEver}
        onChange={(event) => setForEver(event.currentTarget.checked)}
      />
      {!isForEver && (
        <NumberInput
          label={t('retention.daysLabel')}
          min={1}
          max={DAYS_MAX}
          allowDecimal={false}
          hideControls
          required
          value={days}
          onChange={(value) => {
            if (typeof value === 'number') setDays(value);
          }}
        />
      )}
    </FormModal>
  );
}
