import {
  Button,
  Group,
  Modal,
  NativeSelect,
  PasswordInput,
  Stack,
  Switch,
  Text,
  TextInput,
} from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../api/client.ts';
import { type Source, sourcesQuery } from '../api/sources.ts';
import { CodeError } from '../components/code-error.tsx';

interface ConnectSourceProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** As the API has them; what the page does not know it cannot offer. */
const types: readonly Source['type'][] = [
  ...(['postgres', 'redshift', 'mysql', 'sqlite', 'clickhouse', 'bigquery'] as const),
  ...(['snowflake', 'databricks', 'folder', 'https', 's3', 'sftp'] as const),
];

/** A source is asked before it is kept, and its password is sealed. */
export function ConnectSource({ isOpen, onClose }: ConnectSourceProps) {
  const { t } = useTranslation('sources');
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [type, setType] = useState<Source['type']>('postgres');
  const [url, setUrl] = useState('');
  const [allowPrivate, setAllowPrivate] = useState(false);
  const connect = useMutation({
    mutationFn: () => answered(api.POST('/sources', { body: { name, type, url, allowPrivate } })),
    onSuccess: async ({ server }) => {
      notifications.show({ message: t('answered', { server }) });
      await queries.invalidateQueries(sourcesQuery);
      setUrl('');
      onClose();
    },
  });
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={t('connect')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          connect.mutate();
        }}
      >
        <Stack>
          <TextInput
            label={t('name')}
            required
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <NativeSelect
            label={t('type')}
            value={type}
            data={[...types]}
            onChange={(event) => setType(event.currentTarget.value as Source['type'])}
          />
          <PasswordInput
            label={t('url')}
            description={t(`urlHelp.${type}`)}
            required
            autoComplete="off"
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
          <Switch
            label={t('allowPrivate')}
            description={t('allowPrivateHelp')}
            checked={allowPrivate}
            onChange={(event) => setAllowPrivate(event.currentTarget.checked)}
          />
          {connect.error !== null && <CodeError error={connect.error} />}
          <Buttons isBusy={connect.isPending} onClose={onClose} />
        </Stack>
      </form>
    </Modal>
  );
}

interface ButtonsProps {
  readonly isBusy: boolean;
  readonly onClose: () => void;
}

function Buttons({ isBusy, onClose }: ButtonsProps) {
  const { t } = useTranslation('sources');
  return (
    <>
      <Text size="sm">{t('sealed')}</Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t('cancel')}
        </Button>
        <Button type="submit" loading={isBusy}>
          {t('connectNow')}
        </Button>
      </Group>
    </>
  );
}
