import { Button, Group, Skeleton, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDatabase } from '../api/databases.ts';
import { createWriteKey, revokeWriteKey, type WriteKey, writeKeysQuery } from '../api/keys.ts';
import { useMay } from '../api/may.ts';
import { CodeError } from '../components/code-error.tsx';
import { DatabasePicker } from '../components/database-picker.tsx';
import { DataTable } from '../components/data-table.tsx';
import { ReadOnlyNote } from './allowed.tsx';
import { ConfirmButton } from './confirm-button.tsx';
import { FormModal } from './form-modal.tsx';
import { useKeyColumns } from './key-columns.tsx';
import { NameAndDaysFields, noName } from './name-and-days.tsx';
import { ShownOnce } from './shown-once.tsx';

const wanted = { role: 'admin', credentials: true } as const;

/** Keys that send events into one database, and read nothing. */
export function WriteKeys() {
  const { t } = useTranslation('settings');
  const { databases, database, isRead, error, choose } = useDatabase();
  if (error) return <CodeError error={error} />;
  if (!isRead) return <Skeleton h={120} />;
  if (database === null) return <Text>{t('keys.noDatabase')}</Text>;
  return (
    <>
      <DatabasePicker databases={databases} value={database.id} onChange={choose} />
      <KeysOf key={database.id} databaseId={database.id} />
    </>
  );
}

function KeysOf({ databaseId }: { readonly databaseId: string }) {
  const { t } = useTranslation('settings');
  const { data, error, refetch } = useQuery(writeKeysQuery(databaseId));
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<{ name: string; key: string } | null>(null);
  const may = useMay(wanted) === true;
  const columns = useKeyColumns<WriteKey>([], (key) =>
    may ? <Revoke databaseId={databaseId} writeKey={key} /> : null,
  );
  return (
    <>
      <ReadOnlyNote {...wanted}>{t('keys.readOnly')}</ReadOnlyNote>
      {may && (
        <Group>
          <Button onClick={() => setMaking(true)}>{t('keys.makeWrite')}</Button>
        </Group>
      )}
      {made !== null && <ShownOnce title={made.name} secret={made.key} />}
      <DataTable
        name="w"
        label={t('keys.write')}
        columns={columns}
        rows={data}
        rowKey={({ id }) => id}
        error={error}
        onRetry={() => void refetch()}
        empty={<Text>{t('keys.noneWrite')}</Text>}
      />
      {isMaking && (
        <MakeKey databaseId={databaseId} onMade={setMade} onClose={() => setMaking(false)} />
      )}
    </>
  );
}

interface MakeKeyProps {
  readonly databaseId: string;
  readonly onMade: (made: { name: string; key: string }) => void;
  readonly onClose: () => void;
}

function MakeKey({ databaseId, onMade, onClose }: MakeKeyProps) {
  const { t } = useTranslation('settings');
  const queries = useQueryClient();
  const [wish, setWish] = useState(noName);
  const make = useMutation({
    mutationFn: () => createWriteKey(databaseId, wish),
    meta: { isSaidInPlace: true },
    onSuccess: async (key) => {
      onMade(key);
      onClose();
      await queries.invalidateQueries(writeKeysQuery(databaseId));
    },
  });
  return (
    <FormModal
      title={t('keys.makeWrite')}
      action={t('keys.make')}
      isOpen
      isBusy={make.isPending}
      error={make.error}
      onSubmit={() => make.mutate()}
      onClose={onClose}
    >
      <NameAndDaysFields value={wish} onChange={setWish} />
    </FormModal>
  );
}

interface RevokeProps {
  readonly databaseId: string;
  readonly writeKey: WriteKey;
}

function Revoke({ databaseId, writeKey: { id, name } }: RevokeProps) {
  const { t } = useTranslation('settings');
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => revokeWriteKey(databaseId, id),
    onSuccess: () => queries.invalidateQueries(writeKeysQuery(databaseId)),
  });
  return (
    <ConfirmButton
      label={t('keys.revoke')}
      title={t('keys.revokeOf', { name })}
      question={t('keys.revokeWriteHelp')}
      isBusy={revoke.isPending}
      onConfirm={() => revoke.mutate()}
    />
  );
}
