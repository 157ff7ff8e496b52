import { MultiSelect, NativeSelect, Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { meQuery } from '../api/auth.ts';
import { useDatabase } from '../api/databases.ts';
import { type Rights, type Role, roles } from '../api/people.ts';

interface RightsFieldsProps {
  readonly rights: Rights;
  readonly onChange: (rights: Rights) => void;
}

/** A role, the two rights that come with none, and the databases. Nobody gives more than they have. */
export function RightsFields({ rights, onChange }: RightsFieldsProps) {
  const { t } = useTranslation('settings');
  const { data: me } = useQuery(meQuery);
  const { databases } = useDatabase();
  const change = (part: Partial<Rights>) => onChange({ ...rights, ...part });
  const given = roles.slice(0, roles.indexOf(me?.role ?? 'viewer') + 1);
  const offered = given.includes(rights.role) ? given : [...given, rights.role];
  return (
    <>
      <NativeSelect
        label={t('role')}
        description={t(`roleMay.${rights.role}`)}
        value={rights.role}
        data={offered.map((role) => ({ value: role, label: t(`roles.${role}`) }))}
        onChange={(event) => change({ role: event.currentTarget.value as Role })}
      />
      <Switch
        label={t('personalData')}
        description={t(me?.personalData === true ? 'personalDataHelp' : 'notYours')}
        disabled={me?.personalData !== true && !rights.personalData}
        checked={rights.personalData}
        onChange={(event) => change({ personalData: event.currentTarget.checked })}
      />
      <Switch
        label={t('credentials')}
        description={t(me?.credentials === true ? 'credentialsHelp' : 'notYours')}
        disabled={me?.credentials !== true && !rights.credentials}
        checked={rights.credentials}
        onChange={(event) => change({ credentials: event.currentTarget.checked })}
      />
      <Switch
        label={t('allDatabases')}
        description={t(me?.databases === null ? 'allDatabasesHelp' : 'notYours')}
        disabled={me?.databases !== null && rights.databaseIds !== null}
        checked={rights.databaseIds === null}
        onChange={(event) => change({ databaseIds: event.currentTarget.checked ? null : [] })}
      />
      {rights.databaseIds !== null && (
        <MultiSelect
          label={t('databases')}
          data={databases.map(({ id, name }) => ({ value: id, label: name }))}
          value={[...rights.databaseIds]}
          onChange={(databaseIds) => change({ databaseIds })}
        />
      )}
    </>
  );
}
