import { Checkbox, TagsInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { editIntegration, type Integration } from '../api/integrations.ts';
import { FormModal } from '../components/form-modal.tsx';

interface EditIntegrationProps {
  readonly integration: Integration;
  readonly onClose: () => void;
}

/** What it is called, and who may be sent through it. */
export function EditIntegration({ integration, onClose }: EditIntegrationProps) {
  const { t } = useTranslation(['place', 'audience']);
  const queries = useQueryClient();
  const [name, setName] = useState(integration.name);
  const [externalIdAllowed, setExternalIdAllowed] = useState(integration.externalIdAllowed);
  const [requiredConsents, setRequiredConsents] = useState([...integration.requiredConsents]);
  const save = useMutation({
    mutationFn: () =>
      editIntegration(integration.id, { name, externalIdAllowed, requiredConsents }),
    meta: { isSaidInPlace: true },
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <FormModal
      title={t('place:integration.editOf', { name: integration.name })}
      action={t('audience:save')}
      isOpen
      isBusy={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate()}
      onClose={onClose}
    >
      <TextInput
        label={t('place:integration.name')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        required
        maxLength={200}
        data-autofocus
      />
      <Checkbox
        label={t('place:integration.externalId')}
        description={t('place:integration.externalIdHelp')}
        checked={externalIdAllowed}
        onChange={(event) => setExternalIdAllowed(event.currentTarget.checked)}
      />
      <TagsInput
        label={t('place:integration.consents')}
        description={t('place:integration.consentsHelp')}
        value={requiredConsents}
        onChange={setRequiredConsents}
        acceptValueOnBlur
        maxTags={50}
      />
    </FormModal>
  );
}
