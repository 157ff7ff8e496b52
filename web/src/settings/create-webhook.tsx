import { NativeSelect, PasswordInput, Switch, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { createWebhook, type Webhook, webhooksQuery } from '../api/alerts.ts';
import { FormModal } from '../components/form-modal.tsx';

interface CreateWebhookProps {
  readonly onMade: (made: { readonly name: string; readonly secret: string | null }) => void;
  readonly onClose: () => void;
}

const kinds: readonly Webhook['kind'][] = ['webhook', 'slack'];

/** A URL may hold a secret, as Slack's do: it is not shown while it is typed, and never again. */
export function CreateWebhook({ onMade, onClose }: CreateWebhookProps) {
  const { t } = useTranslation('settings');
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [kind, setKind] = useState<Webhook['kind']>('webhook');
  const [url, setUrl] = useState('');
  const [allowPrivate, setAllowPrivate] = useState(false);
  const make = useMutation({
    mutationFn: () => createWebhook({ name, kind, url, allowPrivate }),
    meta: { isSaidInPlace: true },
    onSuccess: async (made) => {
      onMade(made);
      onClose();
      await queries.invalidateQueries(webhooksQuery);
    },
  });
  return (
    <FormModal
      title={t('alerts.add')}
      action={t('alerts.addNow')}
      isOpen
      isBusy={make.isPending}
      error={make.error}
      onSubmit={() => make.mutate()}
      onClose={onClose}
    >
      <NativeSelect
        label={t('kind')}
        description={t(`alerts.kindHelp.${kind}`)}
        value={kind}
        data={kinds.map((one) => ({ value: one, label: t(`alerts.kinds.${one}`) }))}
        onChange={(event) => setKind(event.currentTarget.value as Webhook['kind'])}
      />
      <TextInput
        label={t('name')}
        required
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <PasswordInput
        label={t('alerts.url')}
        description={t('alerts.urlHelp')}
        required
        autoComplete="off"
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
      />
      <Switch
        label={t('alerts.allowPrivate')}
        description={t('alerts.allowPrivateHelp')}
        checked={allowPrivate}
        onChange={(event) => setAllowPrivate(event.currentTarget.checked)}
      />
    </FormModal>
  );
}
