import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { meQuery } from '../api/auth.ts';
import { type Integration, integrationsQuery } from '../api/integrations.ts';
import { Page } from '../components/page.tsx';
import { PendingScreen } from '../shell/failed-screens.tsx';
import { blankDraft, type Draft } from './draft.ts';
import { EditorForm } from './editor-form.tsx';
import { IntegrationStep } from './integration-step.tsx';
import { type DraftPlace, keepDraft, keptDraft } from './kept-drafts.ts';
import { makeAudience } from './save-audience.ts';
import { useDraft } from './use-draft.ts';

/** Two steps: where it goes, then the audience itself (features.md A-06). */
export function NewAudienceScreen() {
  const { data: me } = useQuery(meQuery);
  return me === undefined ? <PendingScreen /> : <Steps place={{ userId: me.id, of: 'new' }} />;
}

function Steps({ place }: { readonly place: DraftPlace }) {
  const { t } = useTranslation('editor');
  const integrations = useQuery(integrationsQuery);
  const [kept] = useState(() => keptDraft(place));
  const editing = useDraft(place, blankDraft, kept ?? blankDraft);
  const { integrationId } = editing.draft;
  const [isChosen, setChosen] = useState(false);
  const integration = integrations.data?.find(({ id }) => id === integrationId);
  if (!isChosen || integration === undefined) {
    return (
      <Page title={t('newTitle')} lead={t('step1')}>
        <IntegrationStep
          integrationId={integrationId}
          onChange={(id) => editing.change({ integrationId: id })}
          onNext={() => setChosen(true)}
        />
      </Page>
    );
  }
  const back = () => setChosen(false);
  return <Second integration={integration} place={place} editing={editing} onBack={back} />;
}

interface SecondProps {
  readonly place: DraftPlace;
  readonly integration: Integration;
  readonly editing: ReturnType<typeof useDraft>;
  readonly onBack: () => void;
}

function Second({ integration, place, editing, onBack }: SecondProps) {
  const { t } = useTranslation('editor');
  const navigate = useNavigate();
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: ({ draft }: { readonly draft: Draft; readonly isClosing: boolean }) =>
      makeAudience(draft),
    onSuccess: async ({ made: { id, name }, people }, { isClosing }) => {
      keepDraft(place, null);
      const did = people === null ? '' : ` ${t('hand.done', { ...people })}`;
      notifications.show({ message: `${t('made', { name })}${did}` });
      await queries.invalidateQueries({ queryKey: ['audiences'] });
      await navigate({ to: isClosing ? `/audiences/${id}` : `/audiences/${id}/edit` });
    },
  });
  return (
    <Page title={t('newTitle')} lead={t('step2')}>
      <Group gap="sm">
        <Text size="sm">
          {t('locked', {
            integration: integration.name,
            database: integration.database,
            adAccount: integration.adAccount,
          })}
        </Text>
        <Button variant="subtle" size="compact-sm" onClick={onBack}>
          {t('back')}
        </Button>
      </Group>
      <EditorForm
        editing={editing}
        databaseId={integration.databaseId}
        savedWay={null}
        audienceId={null}
        isSaving={make.isPending}
        onSave={(draft, isClosing) => make.mutate({ draft, isClosing })}
      />
    </Page>
  );
}
