import { Button, Group, List, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ruleOfferQuery } from '../api/rules.ts';
import { type Scenario, scenarioQuery } from '../api/scenarios.ts';
import { CodeError } from '../components/code-error.tsx';
import { ForRole } from '../components/for-role.tsx';
import { Page } from '../components/page.tsx';
import { PendingScreen } from '../shell/failed-screens.tsx';
import { AutomationForm } from './automation-form.tsx';
import { OnOff } from './automations-screen.tsx';
import { ScenarioEditor } from './scenario-editor.tsx';
import { ScenarioForm } from './scenario-form.tsx';
import type { ScenarioJson } from './scenario-json.ts';

/** One scenario or automation: what it does, who is on it, and while nobody was, its form. */
export function ScenarioScreen() {
  const { t } = useTranslation('scenario');
  const { scenarioId = '' } = useParams({ strict: false }) as Readonly<Record<string, string>>;
  const { data, error, refetch } = useQuery(scenarioQuery(scenarioId));
  const offer = useQuery({
    ...ruleOfferQuery(data?.databaseId ?? ''),
    enabled: data !== undefined,
  });
  const failed = error ?? offer.error;
  if ((data === undefined || offer.data === undefined) && failed !== null) {
    return (
      <Page title={t('scenario')}>
        <CodeError error={failed} onRetry={() => void refetch()} />
      </Page>
    );
  }
  if (data === undefined || offer.data === undefined) return <PendingScreen />;
  const name = data.name ?? data.audience ?? '';
  return (
    <Page title={name} lead={t('startsWith', { start: data.start })}>
      <Group gap="lg">
        <OnOff scenario={data} name={name} />
        <Text size="sm">{t('counts', { ...data.people })}</Text>
      </Group>
      {data.name === null ? (
        <>
          <Words steps={data.steps} />
          <AutomationForm
            automation={data.definition}
            onChange={() => {}}
            offer={offer.data}
            isDisabled
          />
          <Text size="sm">{t('automationEdit')}</Text>
        </>
      ) : (
        <Body scenario={data} offer={offer.data} />
      )}
    </Page>
  );
}

interface BodyProps {
  readonly scenario: Scenario;
  readonly offer: Parameters<typeof ScenarioForm>[0]['offer'];
}

function Body({ scenario, offer }: BodyProps) {
  const { t } = useTranslation('scenario');
  const [isEditing, setEditing] = useState(false);
  const isDraft = scenario.state === 'draft';
  const definition = scenario.definition as unknown as ScenarioJson;
  const people = new Map(scenario.people.onStep.map((one) => [one.step - 1, one.people]));
  if (isEditing) return <ScenarioEditor databaseId={scenario.databaseId} replaced={scenario} />;
  return (
    <Stack>
      <Text size="sm">{isDraft ? t('draftHelp') : t('frozen')}</Text>
      {isDraft && (
        <ForRole role="editor">
          <Group>
            <Button variant="default" onClick={() => setEditing(true)}>
              {t('change')}
            </Button>
          </Group>
        </ForRole>
      )}
      <ScenarioForm
        definition={definition}
        onChange={() => {}}
        offer={offer}
        people={isDraft ? null : people}
        isDisabled
      />
    </Stack>
  );
}

function Words({ steps }: { readonly steps: readonly string[] }) {
  return (
    <List type="ordered" size="sm">
      {steps.map((step, i) => (
        // Two steps may say the same; their place is what tells them apart.
        <List.Item key={i}>{step}</List.Item>
      ))}
    </List>
  );
}
