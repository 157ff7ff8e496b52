import { Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useDatabase } from '../api/databases.ts';
import { createWriteKey, revokeWriteKey, writeKeysQuery } from '../api/keys.ts';
import { CodeError } from '../components/code-error.tsx';
import { DatabasePicker } from '../components/database-picker.tsx';
import { KeyList } from './key-list.tsx';

/** Keys that send events into one database, and read nothing. */
export function WriteKeys() {
  const { t } = useTranslation('settings');
  const { databases, database, isRead, error, retry, choose } = useDatabase();
  if (!isRead && error !== null) return <CodeError error={error} onRetry={retry} />;
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
  const query = useQuery(writeKeysQuery(databaseId));
  return (
    <KeyList
      name="w"
      label={t('keys.write')}
      makeLabel={t('keys.makeWrite')}
      emptyWords={t('keys.noneWrite')}
      revokeHelp={t('keys.revokeWriteHelp')}
      query={query}
      columns={[]}
      make={(wish) => createWriteKey(databaseId, wish)}
      revoke={({ id }) => revokeWriteKey(databaseId, id)}
    />
  );
}
