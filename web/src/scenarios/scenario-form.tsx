import { SimpleGrid, Stack, Title } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { RuleOffer } from '../rule-builder/offer.ts';
import { AgainFields } from './automation-form.tsx';
import type { ScenarioJson } from './scenario-json.ts';
import { StartEditor } from './start-editor.tsx';
import { StepList } from './step-list.tsx';
import './scenario.css';

const ScenarioCanvas = lazy(async () => ({
  default: (await import('./scenario-canvas.tsx')).ScenarioCanvas,
}));

interface ScenarioFormProps {
  readonly definition: ScenarioJson;
  readonly onChange: (definition: ScenarioJson) => void;
  readonly offer: RuleOffer;
  /** How many stand on each step now; null before it was switched on. */
  readonly people: ReadonlyMap<number, number> | null;
  readonly isDisabled: boolean;
}

/** Who starts, and the steps as a list and drawn; a step on the canvas leads to its place in the list. */
export function ScenarioForm(props: ScenarioFormProps) {
  const { definition, onChange, offer, people, isDisabled } = props;
  const { t } = useTranslation('scenario');
  const goTo = (number: number): void => {
    const card = document.getElementById(`step-${number}`);
    card?.scrollIntoView({ block: 'center' });
    card?.focus();
  };
  return (
    <Stack className={isDisabled ? 'scenario-frozen' : ''}>
      <StartEditor
        start={definition.start}
        onChange={(start) => onChange({ ...definition, start })}
        offer={offer}
        isDisabled={isDisabled}
      />
      <AgainFields
        again={definition.again}
        onChange={(again) => {
          const { again: _, ...others } = definition;
          onChange(again === undefined ? others : { ...others, again });
        }}
        isDisabled={isDisabled}
      />
      <Title order={2}>{t('stepsTitle')}</Title>
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <StepList
          steps={definition.steps}
          onChange={(steps) => onChange({ ...definition, steps })}
          first={0}
          offer={offer}
          people={people}
          isDisabled={isDisabled}
        />
        <Suspense fallback={null}>
          <ScenarioCanvas steps={definition.steps} people={people} onChoose={goTo} />
        </Suspense>
      </SimpleGrid>
    </Stack>
  );
}
