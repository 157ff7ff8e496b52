import { Button, NumberInput, Skeleton, Stack, Switch, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Limits, limitsQuery, setLimits } from '../api/approvals.ts';
import { type Database, useDatabase } from '../api/databases.ts';
import { useMay } from '../api/may.ts';
import { CodeError } from '../components/code-error.tsx';
import { EditError, useLookAgain } from '../components/edit-error.tsx';
import { DatabasePicker } from '../components/database-picker.tsx';
import { ReadOnlyNote } from './allowed.tsx';
import { SettingsPage } from './settings-page.tsx';

const PEOPLE_MAX = 2_000_000_000;
/** What is offered to somebody who switches a limit on. */
const OFFERED = { peopleAtMost: 10_000, removalsAtMost: 500 } as const;

/** From how many people on a run waits for a second person; everybody sees it, an admin changes it. */
export function ApprovalScreen() {
  const { t } = useTranslation('settings');
  const { databases, database, isRead, error, retry, choose } = useDatabase();
  return (
    <SettingsPage section="approval">
      <ReadOnlyNote role="admin">{t('approval.readOnly')}</ReadOnlyNote>
      {error !== null && <CodeError error={error} onRetry={retry} />}
      {!isRead && error === null && <Skeleton h={160} />}
      {isRead && database === null && <Text>{t('keys.noDatabase')}</Text>}
      {database !== null && (
        <>
          <DatabasePicker databases={databases} value={database.id} onChange={choose} />
          <LimitsOf key={database.id} database={database} />
        </>
      )}
    </SettingsPage>
  );
}

function LimitsOf({ database }: { readonly database: Database }) {
  const { data, error, refetch } = useQuery(limitsQuery(database.id));
  const { key, lookAgain } = useLookAgain(refetch);
  if (data !== undefined) {
    return <LimitsForm key={key} databaseId={database.id} limits={data} onLookAgain={lookAgain} />;
  }
  return error === null ? (
    <Skeleton h={160} />
  ) : (
    <CodeError error={error} onRetry={() => void refetch()} />
  );
}

interface LimitsFormProps {
  readonly databaseId: string;
  readonly limits: Limits;
  readonly onLookAgain: () => void;
}

function LimitsForm({ databaseId, limits, onLookAgain }: LimitsFormProps) {
  const { t } = useTranslation('settings');
  const queries = useQueryClient();
  const [chosen, setChosen] = useState(limits);
  const may = useMay({ role: 'admin' }) === true;
  const save = useMutation({
    mutationFn: () => setLimits(databaseId, chosen),
    meta: { isSaidInPlace: true },
    onSuccess: async ({ etag }) => {
      setChosen({ ...chosen, etag });
      notifications.show({ message: t('saved') });
      await queries.invalidateQueries(limitsQuery(databaseId));
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Stack gap="md" maw={480} align="flex-start">
        {(['peopleAtMost', 'removalsAtMost'] as const).map((id) => (
          <Stack key={id} gap="xs">
            <Switch
              label={t(`approval.${id}`)}
              disabled={!may}
              checked={chosen[id] !== null}
              onChange={(event) =>
                setChosen({ ...chosen, [id]: event.currentTarget.checked ? OFFERED[id] : null })
              }
            />
            {chosen[id] !== null && (
              <NumberInput
                label={t(id === 'peopleAtMost' ? 'approval.peopleAlone' : 'approval.removalsAlone')}
                min={0}
                max={PEOPLE_MAX}
                allowDecimal={false}
                thousandSeparator
                hideControls
                required
                disabled={!may}
                value={chosen[id]}
                onChange={(value) => {
                  if (typeof value === 'number') setChosen({ ...chosen, [id]: value });
                }}
              />
            )}
          </Stack>
        ))}
        <EditError error={save.error} onLookAgain={onLookAgain} />
        {may && (
          <Button type="submit" loading={save.isPending}>
            {t('save')}
          </Button>
        )}
      </Stack>
    </form>
  );
}
