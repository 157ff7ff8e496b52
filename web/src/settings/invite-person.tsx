import { Button, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { invitationsQuery, invite, leastRights } from '../api/people.ts';
import { FormModal } from './form-modal.tsx';
import { RightsFields } from './rights-fields.tsx';
import { ShownOnce } from './shown-once.tsx';

interface InvitePersonProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Makes a link that works once; who gets it joins by it. */
export function InvitePerson({ isOpen, onClose }: InvitePersonProps) {
  const { t } = useTranslation('settings');
  const queries = useQueryClient();
  const [email, setEmail] = useState('');
  const [rights, setRights] = useState(leastRights);
  const make = useMutation({
    mutationFn: () => invite({ ...rights, email: email.trim() }),
    meta: { isSaidInPlace: true },
    onSuccess: () => queries.invalidateQueries(invitationsQuery),
  });
  const close = () => {
    make.reset();
    setEmail('');
    setRights(leastRights);
    onClose();
  };
  if (make.data !== undefined) {
    return (
      <Modal
        opened={isOpen}
        onClose={close}
        title={t('people.invited')}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        <Stack>
          <ShownOnce title={make.data.email} secret={make.data.url}>
            {t(make.data.mailed ? 'people.linkMailed' : 'people.linkHelp')}
          </ShownOnce>
          <Button onClick={close}>{t('close')}</Button>
        </Stack>
      </Modal>
    );
  }
  return (
    <FormModal
      title={t('people.invite')}
      action={t('people.makeLink')}
      isOpen={isOpen}
      isBusy={make.isPending}
      error={make.error}
      onSubmit={() => make.mutate()}
      onClose={close}
    >
      <TextInput
        type="email"
        label={t('email')}
        required
        autoComplete="off"
        data-autofocus
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <RightsFields rights={rights} onChange={setRights} />
    </FormModal>
  );
}
