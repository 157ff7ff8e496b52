import { Button, Group, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../api/client.ts';
import { ruleOfferQuery } from '../api/rules.ts';
import type { Scenario } from '../api/scenarios.ts';
import { CodeError } from '../components/code-error.tsx';
import { ScenarioForm } from './scenario-form.tsx';
import type { ScenarioJson } from './scenario-json.ts';

interface ScenarioEditorProps {
  readonly databaseId: string;
  /** The draft that this one takes the place of; null: a new one. */
  readonly replaced: Scenario | null;
}

const blank: ScenarioJson = { start: { on: [{ on: 'added' }] }, steps: [] };

/** Makes a scenario. One that was never switched on is made anew when it is changed. */
export function ScenarioEditor({ databaseId, replaced }: ScenarioEditorProps) {
  const { t } = useTranslation('scenario');
  const navigate = useNavigate();
  const queries = useQueryClient();
  const offer = useQuery(ruleOfferQuery(databaseId));
  const [name, setName] = useState(replaced?.name ?? '');
  const [definition, setDefinition] = useState<ScenarioJson>(
    (replaced?.definition as unknown as ScenarioJson | undefined) ?? blank,
  );
  const save = useMutation({
    mutationFn: async () => {
      const json = definition as unknown as Record<string, unknown>;
      // What is wrong with it is said before anything is taken away.
      await answered(api.POST('/scenarios/check', { body: { definition: json } }));
      if (replaced !== null) {
        await answered(
          api.DELETE('/scenarios/{scenarioId}', {
            params: { path: { scenarioId: replaced.id } },
          }),
        );
      }
      return await answered(
        api.POST('/scenarios', { body: { name, databaseId, definition: json } }),
      );
    },
    onSuccess: async ({ id }) => {
      notifications.show({ message: t('savedScenario', { name }) });
      await queries.invalidateQueries({ queryKey: ['scenarios'] });
      await navigate({ to: `/automations/${id}` });
    },
  });
  if (offer.data === undefined && offer.error !== null)
    return <CodeError error={offer.error} onRetry={() => void offer.refetch()} />;
  if (offer.data === undefined) return null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Stack>
        <TextInput
          label={t('name')}
          required
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <ScenarioForm
          definition={definition}
          onChange={setDefinition}
          offer={offer.data}
          people={null}
          isDisabled={false}
        />
        {save.error !== null && <CodeError error={save.error} />}
        <Group>
          <Button type="submit" loading={save.isPending}>
            {t('saveScenario')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
