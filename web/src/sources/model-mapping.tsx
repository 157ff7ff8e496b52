import { Alert, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { replayAll } from '../api/audience-actions.ts';
import { editMapping, type ModelEdit, previewOf, type ReadModel } from '../api/sources.ts';
import { EditError, useLookAgain } from '../components/edit-error.tsx';
import { Section } from '../components/section.tsx';
import { MappingFields } from './mapping-fields.tsx';

/** Two columns that can be changed; a change is counted before it is saved (features.md M-02, M-10). */
export function ModelMapping({ model }: { readonly model: ReadModel }) {
  const { t } = useTranslation('sources');
  const queries = useQueryClient();
  const { key, lookAgain } = useLookAgain(() =>
    queries.refetchQueries({ queryKey: ['models', model.id] }),
  );
  const [isOpen, setOpen] = useState(false);
  return (
    <Section
      title={t('mapping.title')}
      lead={t('mapping.lead')}
      actions={
        <Button
          variant="default"
          size="compact-sm"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {t('mapping.change')}
        </Button>
      }
    >
      {isOpen && <Editing key={key} model={model} onLookAgain={lookAgain} />}
    </Section>
  );
}

interface EditingProps {
  readonly model: ReadModel;
  readonly onLookAgain: () => void;
}

function Editing({ model, onLookAgain }: EditingProps) {
  const { t } = useTranslation('sources');
  const queries = useQueryClient();
  const [map, setMap] = useState(model.map ?? '');
  const [etag, setEtag] = useState(model.etag);
  const preview = useQuery({
    queryKey: ['model preview', model.id],
    queryFn: () => previewOf(model, model.map),
  });
  const wanted = map === '' ? null : map;
  const count = useMutation({
    mutationFn: () => editMapping({ ...model, etag }, wanted, true),
    meta: { isSaidInPlace: true },
  });
  const save = useMutation({
    mutationFn: () => editMapping({ ...model, etag }, wanted, false),
    meta: { isSaidInPlace: true },
    onSuccess: async (saved) => {
      setEtag(saved.etag);
      count.reset();
      notifications.show({ message: t('mapping.saved') });
      await queries.invalidateQueries({ queryKey: ['models'] });
    },
  });
  const error = save.error ?? count.error ?? preview.error;
  const isChanged = map !== (model.map ?? '');
  return (
    <Stack>
      <EditError error={error} onLookAgain={onLookAgain} />
      {preview.data === undefined ? (
        preview.error === null && <Skeleton h={200} />
      ) : (
        <MappingFields
          map={map}
          onChange={(next) => {
            count.reset();
            save.reset();
            setMap(next);
          }}
          columns={preview.data.columns}
          mapped={preview.data.mapped}
        />
      )}
      {count.data !== undefined && <Touches edit={count.data} />}
      <Group gap="sm">
        <Button
          variant="default"
          disabled={!isChanged}
          loading={count.isPending}
          onClick={() => count.mutate()}
        >
          {t('mapping.count')}
        </Button>
        <Button disabled={!isChanged} loading={save.isPending} onClick={() => save.mutate()}>
          {t('mapping.save')}
        </Button>
      </Group>
      {save.data?.resync === true && <Resync databaseId={model.databaseId} />}
    </Stack>
  );
}

function Touches({ edit: { touches } }: { readonly edit: ModelEdit }) {
  const { t } = useTranslation('sources');
  if (touches === null) return null;
  const { created, updated, deleted } = touches.profiles;
  return (
    <Text fw={600} aria-live="polite">
      {t('mapping.touches', { count: created + updated + deleted })}
    </Text>
  );
}

/** Everybody is sent again, so that Meta has what the new mapping makes. */
function Resync({ databaseId }: { readonly databaseId: string }) {
  const { t } = useTranslation('sources');
  const resync = useMutation({
    mutationFn: () => replayAll(databaseId, null),
    onSuccess: (count) => notifications.show({ message: t('mapping.resynced', { count }) }),
  });
  return (
    <Alert color="orange" title={t('mapping.resync')}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{t('mapping.resyncHelp')}</Text>
        <Button
          size="compact-sm"
          variant="default"
          loading={resync.isPending}
          onClick={() => resync.mutate()}
        >
          {t('mapping.resync')}
        </Button>
      </Stack>
    </Alert>
  );
}
