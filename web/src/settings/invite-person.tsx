import { Button, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { meQuery } from '../api/auth.ts';
import { invitationsQuery, invite, leastRights } from '../api/people.ts';
import { FormModal } from '../components/form-modal.tsx';
import { RightsFields } from './rights-fields.tsx';
import { ShownOnce } from './shown-once.tsx';

interface InvitePersonProps {
  readonly onClose: () => void;
}

/** Makes a link that works once; who gets it joins by it. */
export function InvitePerson({ onClose }: InvitePersonProps) {
  const { t } = useTranslation('settings');
  const queries = useQueryClient();
  const [email, setEmail] = useState('');
  const [rights, setRights] = useState(leastRights(queries.getQueryData(meQuery.queryKey)));
  const make = useMutation({
    mutationFn: () => invite({ ...rights, email: email.trim() }),
    meta: { isSaidInPlace: true },
    onSuccess: () => queries.invalidateQueries(invitationsQuery),
  });
  if (make.data !== undefined) {
    return (
      <Modal
        opened
        onClose={onClose}
        title={t('people.invited')}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        <Stack>
          <ShownOnce title={make.data.email} secret={make.data.url}>
            {t(make.data.mailed ? 'people.linkMailed' : 'people.linkHelp')}
          </ShownOnce>
          <Button onClick={onClose}>{t('close')}</Button>
        </Stack>
      </Modal>
    );
  }
  return (
    <FormModal
      title={t('people.invite')}
      action={t('people.makeLink')}
      isOpen
      isBusy={make.isPending}
      error={make.error}
      onSubmit={() => make.mutate()}
      onClose={onClose}
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
