import { Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../api/may.ts';
import { type Person, peopleQuery } from '../api/people.ts';
import { DataTable } from '../components/data-table.tsx';
import { Moment } from '../components/moment.tsx';
import { Section } from '../components/section.tsx';
import type { Column } from '../components/table-column.ts';
import { Allowed } from './allowed.tsx';
import { Invitations } from './invitations.tsx';
import { InvitePerson } from './invite-person.tsx';
import { PersonDialog } from './person-dialog.tsx';
import { useRightsColumns } from './rights-columns.tsx';
import { SettingsPage } from './settings-page.tsx';
import { SignInRulesSection } from './sign-in-rules.tsx';

/** Who may sign in, what they may do, and who is invited. */
export function PeopleScreen() {
  const { t } = useTranslation('settings');
  const [isInviting, setInviting] = useState(false);
  const may = useMay({ role: 'admin' }) === true;
  return (
    <SettingsPage
      section="people"
      actions={may && <Button onClick={() => setInviting(true)}>{t('people.invite')}</Button>}
    >
      <Allowed role="admin">
        <People />
        <Invitations />
        <SignInRulesSection />
        {isInviting && <InvitePerson onClose={() => setInviting(false)} />}
      </Allowed>
    </SettingsPage>
  );
}

function People() {
  const { t } = useTranslation('settings');
  const { data, error, refetch } = useQuery(peopleQuery);
  const [chosen, setChosen] = useState<Person | null>(null);
  const columns = useColumns(setChosen);
  return (
    <Section title={t('people.who')}>
      <DataTable
        name="p"
        label={t('people.who')}
        columns={columns}
        rows={data}
        rowKey={({ id }) => id}
        searchText={({ name, email }) => `${name} ${email}`}
        error={error}
        onRetry={() => void refetch()}
      />
      {chosen !== null && (
        <PersonDialog
          key={`${chosen.id} ${chosen.version}`}
          person={chosen}
          onClose={() => setChosen(null)}
          onLookAgain={() => {
            void refetch().then(({ data: people }) =>
              setChosen(people?.find(({ id }) => id === chosen.id) ?? null),
            );
          }}
        />
      )}
    </Section>
  );
}

function useColumns(onChoose: (person: Person) => void): readonly Column<Person>[] {
  const { t } = useTranslation('settings');
  const rights = useRightsColumns();
  const stateOf = ({ disabledAt }: Person) =>
    t(disabledAt === null ? 'people.active' : 'people.disabled');
  return [
    {
      id: 'name',
      label: t('name'),
      value: ({ name, email }) => name || email,
      cell: ({ name, email }) => (
        <>
          {name || email}
          {name !== '' && <Text size="xs">{email}</Text>}
        </>
      ),
    },
    {
      id: 'state',
      label: t('state'),
      value: stateOf,
      cell: stateOf,
    },
    ...rights,
    {
      id: 'secondFactor',
      label: t('secondFactor'),
      value: ({ secondFactor }) => t(secondFactor ? 'on' : 'off'),
      cell: ({ secondFactor }) => t(secondFactor ? 'on' : 'off'),
    },
    {
      id: 'lastSeenAt',
      label: t('people.lastSeen'),
      value: ({ lastSeenAt }) => lastSeenAt,
      cell: ({ lastSeenAt }) => <Moment at={lastSeenAt} isRelative />,
    },
    {
      id: 'createdAt',
      label: t('since'),
      isHidden: true,
      value: ({ createdAt }) => createdAt,
      cell: ({ createdAt }) => <Moment at={createdAt} />,
    },
    {
      id: 'change',
      label: t('actions'),
      cell: (person) => (
        <Group gap="xs">
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => onChoose(person)}
            aria-label={t('people.changeOf', { name: person.name || person.email })}
          >
            {t('change')}
          </Button>
        </Group>
      ),
    },
  ];
}
