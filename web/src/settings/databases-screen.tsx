import { Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useDatabase } from '../api/databases.ts';
import { databaseSettingsQuery } from '../api/database-settings.ts';
import { CodeError } from '../components/code-error.tsx';
import { useLookAgain } from '../components/edit-error.tsx';
import { DatabasePicker } from '../components/database-picker.tsx';
import { ReadOnlyNote } from './allowed.tsx';
import { DeleteDatabase } from './delete-database.tsx';
import { DatabaseForm, DatabaseFacts } from './database-form.tsx';
import { SettingsPage } from './settings-page.tsx';

/** How the values of a database are read, and who of it may be sent. */
export function DatabasesScreen() {
  const { t } = useTranslation('settings');
  const { databases, database, isRead, error, retry, choose } = useDatabase();
  return (
    <SettingsPage section="perDatabase">
      <ReadOnlyNote role="admin">{t('perDatabase.readOnly')}</ReadOnlyNote>
      {error !== null && <CodeError error={error} onRetry={retry} />}
      {!isRead && error === null && <Skeleton h={120} />}
      {isRead && database === null && <Text>{t('keys.noDatabase')}</Text>}
      {database !== null && (
        <>
          <DatabasePicker databases={databases} value={database.id} onChange={choose} />
          <SettingsOf key={database.id} databaseId={database.id} name={database.name} />
          <DeleteDatabase
            key={`delete ${database.id}`}
            database={database}
            onDeleted={() => {
              const next = databases.find(({ id }) => id !== database.id);
              if (next !== undefined) choose(next.id);
            }}
          />
        </>
      )}
    </SettingsPage>
  );
}

interface SettingsOfProps {
  readonly databaseId: string;
  readonly name: string;
}

function SettingsOf({ databaseId, name }: SettingsOfProps) {
  const { data, error, refetch } = useQuery(databaseSettingsQuery(databaseId));
  const { key, lookAgain } = useLookAgain(refetch);
  if (data === undefined && error !== null)
    return <CodeError error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton h={200} />;
  return (
    <>
      <DatabaseForm
        key={key}
        databaseId={databaseId}
        name={name}
        settings={data}
        onLookAgain={lookAgain}
      />
      <DatabaseFacts settings={data} />
    </>
  );
}
