import { Alert, Anchor, List, Radio, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RuleOffer } from '../rule-builder/offer.ts';
import { emptySelection, ruleOf, type Selection, selectionOf } from '../rule-builder/rule-query.ts';
import { AutomationForm } from '../scenarios/automation-form.tsx';
import { type Draft, type Way, ways } from './draft.ts';
import { HandFields } from './hand-fields.tsx';
import { RuleModeFields } from './rule-mode-fields.tsx';
import { WhoPanel } from './who-panel.tsx';

const RuleBuilder = lazy(async () => ({
  default: (await import('../rule-builder/rule-builder.tsx')).RuleBuilder,
}));

interface WaySectionProps {
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
  readonly databaseId: string;
  readonly offer: RuleOffer;
  /** How it is filled now; null for one that is not made yet. */
  readonly savedWay: Way | null;
  /** Null: it is not made yet. */
  readonly audienceId: string | null;
}

/** Exactly one way that people come into the audience, and the form of that way. */
export function WaySection(props: WaySectionProps) {
  const { draft, onChange, databaseId, offer, savedWay } = props;
  const { t } = useTranslation('editor');
  return (
    <Stack component="section" aria-label={t('way.title')}>
      <Title order={2}>{t('way.title')}</Title>
      <Radio.Group
        label={t('way.label')}
        description={t('way.one')}
        value={draft.way}
        onChange={(way) => onChange({ way })}
      >
        <Stack gap="xs" mt="xs">
          {ways.map((way) => (
            <Radio
              key={way}
              value={way}
              label={t(`ways.${way}`)}
              description={t(`wayHelp.${way}`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      <Text size="sm">
        {t('way.model')}{' '}
        <Anchor component={Link} to="/sources" underline="always">
          {t('way.toSources')}
        </Anchor>
      </Text>
      {savedWay !== null && savedWay !== draft.way && (
        <Alert color="orange" title={t('way.switching')}>
          {t('way.switchingHelp')}
        </Alert>
      )}
      {draft.way === 'rule' && (
        <RuleForm draft={draft} onChange={onChange} databaseId={databaseId} offer={offer} />
      )}
      {draft.way === 'automation' && (
        <AutomationForm
          automation={draft.automation}
          onChange={(automation) => onChange({ automation })}
          offer={offer}
        />
      )}
      {draft.way === 'hand' && <HandForm {...props} />}
      {draft.way === 'scenario' && (
        <Text size="sm">
          {t('way.scenarioNext')}{' '}
          <Anchor component={Link} to="/automations" underline="always">
            {t('way.toScenarios')}
          </Anchor>
        </Text>
      )}
      {draft.way === 'events' && <EventsHelp name={draft.name} />}
    </Stack>
  );
}

function HandForm({ draft, onChange, databaseId, offer, savedWay, audienceId }: WaySectionProps) {
  return (
    <HandFields
      hand={draft.hand}
      onChange={(hand) => onChange({ hand })}
      place={{
        ...{ databaseId, integrationId: draft.integrationId },
        // What it is filled by now is not by hand: its members say nothing of who would join.
        audienceId: savedWay === 'hand' ? audienceId : null,
      }}
      offer={offer}
    />
  );
}

function RuleForm({
  draft,
  onChange,
  databaseId,
  offer,
}: Omit<WaySectionProps, 'savedWay' | 'audienceId'>) {
  const { t } = useTranslation('editor');
  const [selection, setSelection] = useState<Selection>(() => selectionFrom(draft));
  // Undo and another draft give another rule than the one that is shown.
  const shown = JSON.stringify(ruleOf(selection)) === JSON.stringify(draft.rule);
  const current = shown ? selection : selectionFrom(draft);
  return (
    <div className="editor-who">
      <Stack>
        <Suspense fallback={<Text>{t('loading')}</Text>}>
          <RuleBuilder
            selection={current}
            onChange={(next) => {
              setSelection(next);
              onChange({ rule: ruleOf(next) });
            }}
            offer={offer}
          />
        </Suspense>
        <RuleModeFields draft={draft} onChange={onChange} />
      </Stack>
      <WhoPanel databaseId={databaseId} rule={draft.rule} />
    </div>
  );
}

function selectionFrom({ rule }: Draft): Selection {
  return rule === null ? emptySelection : selectionOf(rule);
}

/** How calls add to it and take out: by a property that is called as the audience is. */
function EventsHelp({ name }: { readonly name: string }) {
  const { t } = useTranslation('editor');
  return (
    <List size="sm">
      <List.Item>{t('way.eventsAdd', { name })}</List.Item>
      <List.Item>{t('way.eventsKey')}</List.Item>
    </List>
  );
}
