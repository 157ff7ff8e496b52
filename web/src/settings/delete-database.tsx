import { Button, Checkbox, Group, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Database } from '../api/databases.ts';
import { deleteDatabase } from '../api/database-settings.ts';
import { useMay } from '../api/may.ts';
import { Section } from '../components/section.tsx';
import { FormModal } from '../components/form-modal.tsx';

interface DeleteDatabaseProps {
  readonly database: Database;
  readonly onDeleted: () => void;
}

/** Its end, by typing its name; an owner's alone. */
export function DeleteDatabase({ database, onDeleted }: DeleteDatabaseProps) {
  const { t } = useTranslation('settings');
  const queries = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const [confirm, setConfirm] = useState('');
  const [leavePeople, setLeavePeople] = useState(false);
  const remove = useMutation({
    mutationFn: () => deleteDatabase(database.id, { confirm, leavePeople }),
    meta: { isSaidInPlace: true },
    onSuccess: async ({ people }) => {
      notifications.show({
        message: t('deleteDatabase.done', { name: database.name, count: people }),
      });
      setOpen(false);
      onDeleted();
      await queries.invalidateQueries();
    },
  });
  if (useMay({ role: 'owner' }) !== true) return null;
  return (
    <Section title={t('deleteDatabase.title')} lead={t('deleteDatabase.lead')}>
      <Group>
        <Button variant="default" onClick={() => setOpen(true)}>
          {t('deleteDatabase.open', { name: database.name })}
        </Button>
      </Group>
      <FormModal
        title={t('deleteDatabase.open', { name: database.name })}
        action={t('deleteDatabase.action')}
        isOpen={isOpen}
        isBusy={remove.isPending}
        error={remove.error}
        onSubmit={() => remove.mutate()}
        onClose={() => setOpen(false)}
      >
        <Text size="sm">{t('deleteDatabase.what')}</Text>
        <TextInput
          label={t('deleteDatabase.type', { name: database.name })}
          required
          value={confirm}
          onChange={(event) => setConfirm(event.currentTarget.value)}
        />
        <Checkbox
          label={t('deleteDatabase.leave')}
          description={t('deleteDatabase.leaveHelp')}
          checked={leavePeople}
          onChange={(event) => setLeavePeople(event.currentTarget.checked)}
        />
      </FormModal>
    </Section>
  );
}
