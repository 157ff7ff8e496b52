import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { meQuery } from '../api/auth.ts';
import { type ApiKey, createKey, keysQuery, revokeKey } from '../api/keys.ts';
import { useMay } from '../api/may.ts';
import { leastRights } from '../api/people.ts';
import { DataTable } from '../components/data-table.tsx';
import { ReadOnlyNote } from './allowed.tsx';
import { ConfirmButton } from './confirm-button.tsx';
import { FormModal } from './form-modal.tsx';
import { useKeyColumns } from './key-columns.tsx';
import { NameAndDaysFields, noName } from './name-and-days.tsx';
import { useRightsColumns } from './rights-columns.tsx';
import { RightsFields } from './rights-fields.tsx';
import { ShownOnce } from './shown-once.tsx';

const wanted = { role: 'admin', credentials: true } as const;

/** Keys that have a role and rights, like a person. */
export function ApiKeys() {
  const { t } = useTranslation('settings');
  const { data, error, refetch } = useQuery(keysQuery);
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<{ name: string; key: string } | null>(null);
  const may = useMay(wanted) === true;
  const columns = useKeyColumns<ApiKey>(useRightsColumns(), (key) =>
    may ? <Revoke apiKey={key} /> : null,
  );
  return (
    <>
      <ReadOnlyNote {...wanted}>{t('keys.readOnly')}</ReadOnlyNote>
      {may && (
        <Group>
          <Button onClick={() => setMaking(true)}>{t('keys.makeApi')}</Button>
        </Group>
      )}
      {made !== null && <ShownOnce title={made.name} secret={made.key} />}
      <DataTable
        name="k"
        label={t('keys.api')}
        columns={columns}
        rows={data}
        rowKey={({ id }) => id}
        error={error}
        onRetry={() => void refetch()}
        empty={<Text>{t('keys.none')}</Text>}
      />
      {isMaking && <MakeKey onMade={setMade} onClose={() => setMaking(false)} />}
    </>
  );
}

interface MakeKeyProps {
  readonly onMade: (made: { name: string; key: string }) => void;
  readonly onClose: () => void;
}

function MakeKey({ onMade, onClose }: MakeKeyProps) {
  const { t } = useTranslation('settings');
  const queries = useQueryClient();
  const [wish, setWish] = useState(noName);
  const [rights, setRights] = useState(leastRights(queries.getQueryData(meQuery.queryKey)));
  const make = useMutation({
    mutationFn: () => createKey({ ...rights, ...wish }),
    meta: { isSaidInPlace: true },
    onSuccess: async (key) => {
      onMade(key);
      onClose();
      await queries.invalidateQueries(keysQuery);
    },
  });
  return (
    <FormModal
      title={t('keys.makeApi')}
      action={t('keys.make')}
      isOpen
      isBusy={make.isPending}
      error={make.error}
      onSubmit={() => make.mutate()}
      onClose={onClose}
    >
      <NameAndDaysFields value={wish} onChange={setWish} />
      <RightsFields rights={rights} onChange={setRights} />
    </FormModal>
  );
}

function Revoke({ apiKey: { id, name } }: { readonly apiKey: ApiKey }) {
  const { t } = useTranslation('settings');
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => revokeKey(id),
    onSuccess: () => queries.invalidateQueries(keysQuery),
  });
  return (
    <ConfirmButton
      label={t('keys.revoke')}
      title={t('keys.revokeOf', { name })}
      question={t('keys.revokeHelp')}
      isBusy={revoke.isPending}
      onConfirm={() => revoke.mutate()}
    />
  );
}
