import { ActionIcon, Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconArrowBackUp, IconArrowForwardUp } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ruleOfferQuery } from '../api/rules.ts';
import { CodeError } from '../components/code-error.tsx';
import { AboutSection } from './about-section.tsx';
import { type Draft, problemsOf, type Way } from './draft.ts';
import { LinkFields } from './link-fields.tsx';
import type { useDraft } from './use-draft.ts';
import { WaySection } from './way-section.tsx';
import './editor.css';

interface EditorFormProps {
  readonly editing: ReturnType<typeof useDraft>;
  readonly databaseId: string;
  /** Null: it is not made yet. */
  readonly savedWay: Way | null;
  /** Null: it is not made yet. */
  readonly audienceId: string | null;
  readonly isSaving: boolean;
  readonly onSave: (draft: Draft, isClosing: boolean) => void;
  /** What only an audience that is made can have. */
  readonly children?: ReactNode;
}

/** Everything about one audience in one form, with Save and Save and close. */
export function EditorForm(props: EditorFormProps) {
  const { editing, databaseId, savedWay, audienceId, isSaving, onSave, children } = props;
  const { t } = useTranslation('editor');
  const { draft, change } = editing;
  const [hasTried, setTried] = useState(false);
  const offer = useQuery(ruleOfferQuery(databaseId));
  const problems = problemsOf(draft);
  const save = (isClosing: boolean): void => {
    setTried(true);
    if (problems.length === 0) onSave(draft, isClosing);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save(false);
      }}
    >
      <Stack gap="xl">
        <AboutSection draft={draft} onChange={change} problems={hasTried ? problems : []} />
        {savedWay === null && <LinkFields draft={draft} onChange={change} />}
        {offer.error !== null && (
          <CodeError error={offer.error} onRetry={() => void offer.refetch()} />
        )}
        {offer.data !== undefined && (
          <WaySection
            draft={draft}
            onChange={change}
            databaseId={databaseId}
            offer={offer.data}
            savedWay={savedWay}
            audienceId={audienceId}
          />
        )}
        {children}
        <Promises />
        {hasTried && problems.length > 0 && (
          <Alert color="red" title={t('problems.title')} role="alert">
            {problems.map((problem) => (
              <Text key={problem} size="sm">
                {t(`problems.${problem}`)}
              </Text>
            ))}
          </Alert>
        )}
        <SaveBar editing={editing} isSaving={isSaving} onClose={() => save(true)} />
      </Stack>
    </form>
  );
}

interface SaveBarProps extends Pick<EditorFormProps, 'editing' | 'isSaving'> {
  /** Save, and leave. */
  readonly onClose: () => void;
}

function SaveBar({ editing, isSaving, onClose }: SaveBarProps) {
  const { t } = useTranslation('editor');
  const { undo, redo } = editing;
  return (
    <Group className="editor-bar" gap="xs">
      <Button type="submit" variant="default" loading={isSaving}>
        {t('save')}
      </Button>
      <Button loading={isSaving} onClick={onClose}>
        {t('saveAndClose')}
      </Button>
      <ActionIcon
        size="lg"
        variant="default"
        disabled={undo === null}
        onClick={() => undo?.()}
        aria-label={t('undo')}
        title={t('undo')}
      >
        <IconArrowBackUp size={18} aria-hidden />
      </ActionIcon>
      <ActionIcon
        size="lg"
        variant="default"
        disabled={redo === null}
        onClick={() => redo?.()}
        aria-label={t('redo')}
        title={t('redo')}
      >
        <IconArrowForwardUp size={18} aria-hidden />
      </ActionIcon>
      <Text size="sm" c="dimmed" role="status">
        {editing.isChanged ? t('unsaved') : t('allSaved')}
      </Text>
    </Group>
  );
}

/** What holds for every audience, whatever is chosen above. */
function Promises() {
  const { t } = useTranslation('editor');
  return (
    <Stack component="section" gap="xs" aria-label={t('promises.title')}>
      <Title order={2}>{t('promises.title')}</Title>
      <Text size="sm">{t('promises.consent')}</Text>
      <Text size="sm">{t('promises.guard')}</Text>
      <Text size="sm">{t('promises.small')}</Text>
    </Stack>
  );
}
