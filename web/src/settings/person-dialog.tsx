import { Button, Group, Switch, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changePerson, type Person, peopleQuery, resetPerson, type Rights } from '../api/people.ts';
import { FormModal } from '../components/form-modal.tsx';
import { RightsFields } from './rights-fields.tsx';
import { ShownOnce } from './shown-once.tsx';

interface PersonDialogProps {
  readonly person: Person;
  readonly onClose: () => void;
  /** Opens it anew with what is there now. */
  readonly onLookAgain: () => void;
}

/** What somebody may do, whether they may sign in, and a link for when they forgot how. */
export function PersonDialog({ person, onClose, onLookAgain }: PersonDialogProps) {
  const { t } = useTranslation('settings');
  const queries = useQueryClient();
  const { email, role, personalData, credentials, databaseIds } = person;
  const name = person.name || email;
  const [rights, setRights] = useState<Rights>({ role, personalData, credentials, databaseIds });
  const [isDisabled, setDisabled] = useState(person.disabledAt !== null);
  const change = useMutation({
    mutationFn: () => changePerson(person, { ...rights, disabled: isDisabled }),
    meta: { isSaidInPlace: true },
    onSuccess: async () => {
      notifications.show({ message: t('saved') });
      await queries.invalidateQueries(peopleQuery);
      onClose();
    },
  });
  return (
    <FormModal
      title={t('people.changeOf', { name })}
      action={t('save')}
      isOpen
      isBusy={change.isPending}
      error={change.error}
      onLookAgain={onLookAgain}
      onSubmit={() => change.mutate()}
      onClose={onClose}
    >
      <RightsFields rights={rights} onChange={setRights} />
      <Switch
        label={t('people.mayNotSignIn')}
        description={t('people.mayNotSignInHelp')}
        checked={isDisabled}
        onChange={(event) => setDisabled(event.currentTarget.checked)}
      />
      <Reset person={person} />
    </FormModal>
  );
}

function Reset({ person }: { readonly person: Person }) {
  const { t } = useTranslation('settings');
  const [isWithFactor, setWithFactor] = useState(false);
  const reset = useMutation({ mutationFn: () => resetPerson(person.id, isWithFactor) });
  if (reset.data !== undefined) {
    return (
      <ShownOnce title={t('people.resetLink')} secret={reset.data.url}>
        {t(reset.data.mailed ? 'people.resetLinkMailed' : 'people.resetLinkHelp')}
      </ShownOnce>
    );
  }
  return (
    <>
      <Text size="sm">{t('people.resetHelp')}</Text>
      {person.secondFactor && (
        <Switch
          label={t('people.resetFactor')}
          checked={isWithFactor}
          onChange={(event) => setWithFactor(event.currentTarget.checked)}
        />
      )}
      <Group>
        <Button variant="default" loading={reset.isPending} onClick={() => reset.mutate()}>
          {t('people.reset')}
        </Button>
      </Group>
    </>
  );
}
