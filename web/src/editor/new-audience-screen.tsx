import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Integration, integrationsQuery } from '../api/integrations.ts';
import { Page } from '../components/page.tsx';
import { blankDraft, type Draft, keepDraft, keptDraft } from './draft.ts';
import { EditorForm } from './editor-form.tsx';
import { IntegrationStep } from './integration-step.tsx';
import { makeAudience } from './save-audience.ts';
import { useDraft } from './use-draft.ts';

const key = 'new';

/** Two steps: where it goes, then the audience itself (features.md A-06). */
export function NewAudienceScreen() {
  const { t } = useTranslation('editor');
  const integrations = useQuery(integrationsQuery);
  const editing = useDraft(key, blankDraft, keptDraft(key) ?? blankDraft);
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
  return <Second integration={integration} editing={editing} onBack={() => setChosen(false)} />;
}

interface SecondProps {
  readonly integration: Integration;
  readonly editing: ReturnType<typeof useDraft>;
  readonly onBack: () => void;
}

function Second({ integration, editing, onBack }: SecondProps) {
  const { t } = useTranslation('editor');
  const navigate = useNavigate();
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: ({ draft }: { readonly draft: Draft; readonly isClosing: boolean }) =>
      makeAudience(draft),
    onSuccess: async ({ made: { id, name }, people }, { isClosing }) => {
      keepDraft(key, null);
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
