import { useTranslation } from 'react-i18next';
import type { Rights } from '../api/people.ts';
import { useDatabase } from '../api/databases.ts';
import type { Column } from '../components/table-column.ts';

/** Role, rights and databases, the same of people, invitations and keys. */
export function useRightsColumns(): readonly Column<Rights>[] {
  const { t } = useTranslation('settings');
  const { databases } = useDatabase();
  const nameOf = (id: string) => databases.find((one) => one.id === id)?.name ?? id;
  const rightsOf = ({ personalData, credentials }: Rights) =>
    [personalData ? t('personalData') : '', credentials ? t('credentials') : '']
      .filter((one) => one !== '')
      .join(', ') || t('noRights');
  const databasesOf = ({ databaseIds }: Rights) =>
    databaseIds === null ? t('all') : databaseIds.map(nameOf).join(', ') || t('noDatabases');
  const roleOf = ({ role }: Rights) => t(`roles.${role}`);
  return [
    { id: 'role', label: t('role'), value: roleOf, cell: roleOf },
    { id: 'rights', label: t('rights'), value: rightsOf, cell: rightsOf },
    { id: 'databases', label: t('databases'), value: databasesOf, cell: databasesOf },
  ];
}
