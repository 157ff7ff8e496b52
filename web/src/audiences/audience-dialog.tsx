import {
  Alert,
  Button,
  Checkbox,
  Group,
  Modal,
  Radio,
  Stack,
  TagsInput,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { deactivate, deleteAtMeta, editWords, relink, rename } from '../api/audience-actions.ts';
import type { Audience } from '../api/audiences.ts';
import { CodeError } from '../components/code-error.tsx';
import { ConfirmTyped } from '../components/confirm-typed.tsx';
import { MetaAudienceField } from '../editor/meta-audience-field.tsx';

export type Dialog = 'rename' | 'words' | 'relink' | 'deactivate' | 'delete';

interface DialogProps {
  readonly audience: Audience;
  readonly onClose: () => void;
}

/** What has to be said before something is done with an audience. */
export function AudienceDialog({ dialog, ...props }: DialogProps & { readonly dialog: Dialog }) {
  if (dialog === 'rename') return <RenameDialog {...props} />;
  if (dialog === 'words') return <WordsDialog {...props} />;
  if (dialog === 'relink') return <RelinkDialog {...props} />;
  if (dialog === 'deactivate') return <DeactivateDialog {...props} />;
  return <DeleteDialog {...props} />;
}

function useDoing(does: () => Promise<unknown>, onClose: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: does,
    meta: { isSaidInPlace: true },
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
}

function FormDialog({
  title,
  action,
  does,
  onClose,
  children,
}: {
  readonly title: string;
  readonly action: string;
  readonly does: () => Promise<unknown>;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation();
  const { mutate, error, isPending } = useDoing(does, onClose);
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          mutate();
        }}
      >
        <Stack>
          {error !== null && <CodeError error={error} />}
          {children}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={isPending}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function RenameDialog({ audience, onClose }: DialogProps) {
  const { t } = useTranslation('audience');
  const [name, setName] = useState(audience.name);
  const [isAtMeta, setAtMeta] = useState(false);
  return (
    <FormDialog
      title={t('rename')}
      action={t('rename')}
      does={() => rename(audience.id, name, isAtMeta)}
      onClose={onClose}
    >
      <TextInput
        label={t('newName')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        required
        data-autofocus
      />
      <Checkbox
        label={t('renameAtMeta')}
        checked={isAtMeta}
        onChange={(event) => setAtMeta(event.currentTarget.checked)}
      />
      <Text size="sm" c="dimmed">
        {t('renameMeaning')}
      </Text>
    </FormDialog>
  );
}

function WordsDialog({ audience, onClose }: DialogProps) {
  const { t } = useTranslation(['audience', 'audiences']);
  const [description, setDescription] = useState(audience.description);
  const [folder, setFolder] = useState(audience.folder ?? '');
  const [labels, setLabels] = useState([...audience.labels]);
  return (
    <FormDialog
      title={t('audience:editWords')}
      action={t('audience:save')}
      does={() =>
        editWords(audience.id, audience.version, {
          ...{ description, labels },
          folder: folder.trim() === '' ? null : folder,
        })
      }
      onClose={onClose}
    >
      <Textarea
        label={t('audiences:description')}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
        autosize
        data-autofocus
      />
      <TextInput
        label={t('audiences:folder')}
        value={folder}
        onChange={(event) => setFolder(event.currentTarget.value)}
      />
      <TagsInput
        label={t('audiences:labels')}
        description={t('audience:labelsHint')}
        value={labels}
        onChange={setLabels}
        maxTags={4}
      />
    </FormDialog>
  );
}

function RelinkDialog({ audience, onClose }: DialogProps) {
  const { t } = useTranslation('audience');
  const [metaAudienceId, setMetaAudienceId] = useState<string | null>(null);
  return (
    <FormDialog
      title={t('relink')}
      action={t('relink')}
      does={() => relink(audience.id, metaAudienceId)}
      onClose={onClose}
    >
      <Text size="sm">{t('relinkMeaning')}</Text>
      {audience.integrationId !== null && (
        <MetaAudienceField
          integrationId={audience.integrationId}
          adAccount={audience.adAccount ?? ''}
          value={metaAudienceId}
          onChange={(found) => setMetaAudienceId(found?.id ?? null)}
        />
      )}
    </FormDialog>
  );
}

function DeactivateDialog({ audience, onClose }: DialogProps) {
  const { t } = useTranslation('audience');
  const [people, setPeople] = useState('leave');
  return (
    <FormDialog
      title={t('deactivate')}
      action={t('deactivate')}
      does={() => deactivate(audience.id, people === 'remove')}
      onClose={onClose}
    >
      <Text size="sm">{t('deactivateMeaning')}</Text>
      <Radio.Group label={t('deactivatePeople')} value={people} onChange={setPeople}>
        <Stack gap="xs" mt="xs">
          <Radio value="leave" label={t('leavePeople')} />
          <Radio value="remove" label={t('removePeople')} />
        </Stack>
      </Radio.Group>
    </FormDialog>
  );
}

function DeleteDialog({ audience, onClose }: DialogProps) {
  const { t } = useTranslation('audience');
  const queries = useQueryClient();
  const { mutate, error, isPending } = useMutation({
    mutationFn: (typed: string) => deleteAtMeta(audience.id, typed),
    meta: { isSaidInPlace: true },
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <ConfirmTyped
      title={t('deleteAtMeta')}
      word={audience.name}
      action={t('deleteAtMeta')}
      isOpen
      isBusy={isPending}
      onConfirm={(typed) => mutate(typed)}
      onClose={onClose}
    >
      {error !== null && <CodeError error={error} />}
      <Alert color="red">{t('deleteMeaning')}</Alert>
    </ConfirmTyped>
  );
}
