import { Button, Group, Radio, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Audience, audienceQuery } from '../api/audiences.ts';
import { meQuery } from '../api/auth.ts';
import { problemOf } from '../api/problem.ts';
import { CodeError } from '../components/code-error.tsx';
import { Page } from '../components/page.tsx';
import { PendingScreen } from '../shell/failed-screens.tsx';
import { AccountField } from './account-field.tsx';
import { draftOf, isOtherWay } from './draft.ts';
import { EditConflict } from './edit-conflict.tsx';
import { EditorForm } from './editor-form.tsx';
import { type DraftPlace, keepDraft, keptDraft } from './kept-drafts.ts';
import { saveAudience, type Saving } from './save-audience.ts';
import { ScheduleSection } from './schedule-section.tsx';
import { useDraft } from './use-draft.ts';

const CONFLICT = 412;

/** Later editing of an audience. */
export function EditAudienceScreen() {
  const { t } = useTranslation('editor');
  const { audienceId = '' } = useParams({ strict: false }) as Readonly<Record<string, string>>;
  const { data, error, refetch } = useQuery(audienceQuery(audienceId));
  const { data: me } = useQuery(meQuery);
  if (data === undefined && error !== null) {
    return (
      <Page title={t('editTitle')}>
        <CodeError error={error} onRetry={() => void refetch()} />
      </Page>
    );
  }
  if (data === undefined || me === undefined) return <PendingScreen />;
  return <Editor audience={data} place={{ userId: me.id, of: data.id }} />;
}

interface EditorProps {
  readonly audience: Audience;
  readonly place: DraftPlace;
}

function Editor({ audience, place }: EditorProps) {
  const { t } = useTranslation('editor');
  // What the page was opened with; what others save meanwhile shows only when this is saved.
  const [seen, setSeen] = useState(audience);
  const saved = draftOf(seen);
  const [kept] = useState(() => keptDraft(place));
  const editing = useDraft(place, saved, kept ?? saved);
  const [members, setMembers] = useState<Saving['members']>('keep');
  const [theirs, setTheirs] = useState<Audience | null>(null);
  const save = useSaving(seen, {
    place,
    onSaved: (now) => {
      setSeen(now);
      editing.replace(draftOf(now));
    },
    onConflict: setTheirs,
  });
  const { draft } = editing;
  return (
    <Page
      title={t('editOf', { name: seen.name })}
      lead={t('locked', {
        integration: seen.integration ?? '',
        database: seen.database,
        adAccount: seen.adAccount ?? '',
      })}
    >
      {kept !== null && editing.isChanged && (
        <Group gap="sm" role="status">
          <Text size="sm">{t('draftKept')}</Text>
          <Button variant="default" size="compact-sm" onClick={() => editing.replace(saved)}>
            {t('discard')}
          </Button>
        </Group>
      )}
      <EditorForm
        editing={editing}
        databaseId={seen.databaseId}
        savedWay={seen.way}
        audienceId={seen.id}
        isSaving={save.isPending}
        onSave={(next, isClosing) => save.mutate({ draft: next, seen, members, isClosing })}
      >
        {isOtherWay(draft, saved) && seen.members > 0 && (
          <Members count={seen.members} value={members} onChange={setMembers} />
        )}
        <AccountField audience={seen} draft={draft} onChange={editing.change} />
        <ScheduleSection audienceId={seen.id} />
      </EditorForm>
      {theirs !== null && (
        <EditConflict
          mine={draft}
          theirs={theirs}
          onTheirs={() => {
            setSeen(theirs);
            editing.replace(draftOf(theirs));
            setTheirs(null);
          }}
          onMine={() => {
            setSeen(theirs);
            save.mutate({ draft, seen: theirs, members, isClosing: false });
            setTheirs(null);
          }}
        />
      )}
    </Page>
  );
}

interface Saved {
  readonly place: DraftPlace;
  readonly onSaved: (now: Audience) => void;
  /** Somebody else saved meanwhile; `theirs` is as it is now. */
  readonly onConflict: (theirs: Audience) => void;
}

/** Saves, reads again what came of it, and leaves if that was wished. */
function useSaving(seen: Audience, { place, onSaved, onConflict }: Saved) {
  const { t } = useTranslation('editor');
  const navigate = useNavigate();
  const queries = useQueryClient();
  const again = async () => await queries.fetchQuery({ ...audienceQuery(seen.id), staleTime: 0 });
  return useMutation({
    mutationFn: saveAudience,
    onSuccess: async (people, { isClosing }) => {
      keepDraft(place, null);
      const now = await again();
      onSaved(now);
      const did = people === null ? '' : ` ${t('hand.done', { ...people })}`;
      notifications.show({ message: `${t('saved', { name: now.name })}${did}` });
      await queries.invalidateQueries({ queryKey: ['audiences'] });
      if (isClosing) await navigate({ to: `/audiences/${seen.id}` });
    },
    onError: async (error) => {
      if (problemOf(error).status === CONFLICT) onConflict(await again());
    },
  });
}

interface MembersProps {
  readonly count: number;
  readonly value: Saving['members'];
  readonly onChange: (value: Saving['members']) => void;
}

/** Who is in it now came by the way before. */
function Members({ count, value, onChange }: MembersProps) {
  const { t } = useTranslation('editor');
  return (
    <Radio.Group
      label={t('members.label', { count })}
      value={value}
      onChange={(next) => onChange(next)}
    >
      <Stack gap="xs" mt="xs">
        <Radio value="keep" label={t('members.keep')} />
        <Radio value="drop" label={t('members.drop')} />
      </Stack>
    </Radio.Group>
  );
}
