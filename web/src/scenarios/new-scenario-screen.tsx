import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useDatabase } from '../api/databases.ts';
import { CodeError } from '../components/code-error.tsx';
import { DatabasePicker } from '../components/database-picker.tsx';
import { Page } from '../components/page.tsx';
import { ScenarioEditor } from './scenario-editor.tsx';

export function NewScenarioScreen() {
  const { t } = useTranslation('scenario');
  const { databases, database, isRead, error, retry, choose } = useDatabase();
  return (
    <Page title={t('newScenario')} lead={t('newLead')}>
      {error !== null && <CodeError error={error} onRetry={retry} />}
      <DatabasePicker databases={databases} value={database?.id ?? ''} onChange={choose} />
      {isRead && database === null && <Text>{t('noDatabase')}</Text>}
      {database !== null && (
        <ScenarioEditor key={database.id} databaseId={database.id} replaced={null} />
      )}
    </Page>
  );
}
