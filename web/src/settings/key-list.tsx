import { Button, Group, Text } from '@mantine/core';
import { type UseQueryResult, useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../api/may.ts';
import { DataTable } from '../components/data-table.tsx';
import type { Column } from '../components/table-column.ts';
import { ReadOnlyNote } from './allowed.tsx';
import { ConfirmButton } from '../components/confirm-button.tsx';
import { FormModal } from '../components/form-modal.tsx';
import { type AnyKey, useKeyColumns } from './key-columns.tsx';
import { type NameAndDays, NameAndDaysFields, noName } from './name-and-days.tsx';
import { ShownOnce } from './shown-once.tsx';

const wanted = { role: 'admin', credentials: true } as const;

interface MadeKey {
  readonly name: string;
  /** Shown this once. */
  readonly key: string;
}

interface KeyListProps<K extends AnyKey> {
  /** Its part of the address. */
  readonly name: string;
  readonly label: string;
  readonly makeLabel: string;
  readonly emptyWords: string;
  readonly revokeHelp: string;
  readonly query: Pick<UseQueryResult<readonly K[]>, 'data' | 'error' | 'refetch'>;
  /** What this kind has besides. */
  readonly columns: readonly Column<K>[];
  /** What is asked besides name and days when one is made. */
  readonly fields?: ReactNode;
  readonly make: (wish: NameAndDays) => Promise<MadeKey>;
  readonly revoke: (key: K) => Promise<unknown>;
}

/** Keys of one kind: listed, made and shown once, revoked. */
export function KeyList<K extends AnyKey & { readonly id: string }>(props: KeyListProps<K>) {
  const { name, label, makeLabel, emptyWords, revokeHelp, query, fields, make, revoke } = props;
  const { t } = useTranslation('settings');
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<MadeKey | null>(null);
  const may = useMay(wanted) === true;
  const columns = useKeyColumns<K>(props.columns, (key) =>
    may ? (
      <Revoke
        name={key.name}
        question={revokeHelp}
        onRevoke={async () => {
          await revoke(key);
          await query.refetch();
        }}
      />
    ) : null,
  );
  return (
    <>
      <ReadOnlyNote {...wanted}>{t('keys.readOnly')}</ReadOnlyNote>
      {may && (
        <Group>
          <Button onClick={() => setMaking(true)}>{makeLabel}</Button>
        </Group>
      )}
      {made !== null && <ShownOnce title={made.name} secret={made.key} />}
      <DataTable
        name={name}
        label={label}
        columns={columns}
        rows={query.data}
        rowKey={({ id }) => id}
        error={query.error}
        onRetry={() => void query.refetch()}
        empty={<Text>{emptyWords}</Text>}
      />
      {isMaking && (
        <MakeKey
          title={makeLabel}
          fields={fields}
          onMake={async (wish) => {
            setMade(await make(wish));
            setMaking(false);
            await query.refetch();
          }}
          onClose={() => setMaking(false)}
        />
      )}
    </>
  );
}

interface MakeKeyProps {
  readonly title: string;
  readonly fields: ReactNode;
  readonly onMake: (wish: NameAndDays) => Promise<void>;
  readonly onClose: () => void;
}

function MakeKey({ title, fields, onMake, onClose }: MakeKeyProps) {
  const { t } = useTranslation('settings');
  const [wish, setWish] = useState(noName);
  const make = useMutation({ mutationFn: () => onMake(wish), meta: { isSaidInPlace: true } });
  return (
    <FormModal
      title={title}
      action={t('keys.make')}
      isOpen
      isBusy={make.isPending}
      error={make.error}
      onSubmit={() => make.mutate()}
      onClose={onClose}
    >
      <NameAndDaysFields value={wish} onChange={setWish} />
      {fields}
    </FormModal>
  );
}

interface RevokeProps {
  readonly name: string;
  readonly question: string;
  readonly onRevoke: () => Promise<void>;
}

function Revoke({ name, question, onRevoke }: RevokeProps) {
  const { t } = useTranslation('settings');
  const revoke = useMutation({ mutationFn: onRevoke });
  return (
    <ConfirmButton
      label={t('keys.revoke')}
      title={t('keys.revokeOf', { name })}
      question={question}
      isBusy={revoke.isPending}
      onConfirm={() => revoke.mutate()}
    />
  );
}
