import {
  Alert,
  Checkbox,
  Radio,
  Skeleton,
  Stack,
  TagsInput,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { deactivate, deleteAtMeta, editWords, relink, rename } from '../api/audience-actions.ts';
import type { Audience } from '../api/audiences.ts';
import { CodeError } from '../components/code-error.tsx';
import { ConfirmTyped } from '../components/confirm-typed.tsx';
import { MetaAudienceField } from '../editor/meta-audience-field.tsx';
import { FormModal } from '../components/form-modal.tsx';
import { withLateWords } from '../words/language.ts';

const AdsInTheWay = lazy(async () => ({
  default: (await withLateWords(import('../delivery/ads-in-the-way.tsx'))).AdsInTheWay,
}));

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

/** Closes the dialog once it is done, and reads everything again. */
function useDoing<Given = void>(does: (given: Given) => Promise<unknown>, onClose: () => void) {
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

interface FormDialogProps {
  readonly title: string;
  readonly action: string;
  readonly does: () => Promise<unknown>;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

function FormDialog({ does, ...props }: FormDialogProps) {
  const { mutate, error, isPending } = useDoing(does, props.onClose);
  return <FormModal {...props} isOpen isBusy={isPending} error={error} onSubmit={() => mutate()} />;
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
  const { mutate, error, isPending } = useDoing(
    (typed: string) => deleteAtMeta(audience.id, typed),
    onClose,
  );
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
      <Suspense fallback={<Skeleton h={40} />}>
        <AdsInTheWay audienceId={audience.id} />
      </Suspense>
    </ConfirmTyped>
  );
}
