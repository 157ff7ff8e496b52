import { Alert, Anchor, List, Radio, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RuleOffer } from '../rule-builder/offer.ts';
import { emptySelection, ruleOf, type Selection, selectionOf } from '../rule-builder/rule-query.ts';
import { AutomationForm } from '../scenarios/automation-form.tsx';
import { type Draft, type Way, ways } from './draft.ts';
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
}

/** Exactly one way that people come into the audience, and the form of that way. */
export function WaySection({ draft, onChange, databaseId, offer, savedWay }: WaySectionProps) {
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
      {draft.way === 'hand' && <Text size="sm">{t('way.handNext')}</Text>}
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

function RuleForm({ draft, onChange, databaseId, offer }: Omit<WaySectionProps, 'savedWay'>) {
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
