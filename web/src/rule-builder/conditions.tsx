import { Group, NativeSelect, NumberInput, Select, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Comparison } from './comparison.tsx';
import { useOffer } from './offer.ts';
import { PropertyField } from './property-field.tsx';
import type { RuleNode } from './rule-query.ts';
import { NameField } from './value-fields.tsx';

/** What every editor of one condition is given. */
export interface ConditionProps {
  readonly node: RuleNode;
  readonly onChange: (node: RuleNode) => void;
}

export function TraitCondition({ node, onChange }: ConditionProps) {
  const { t } = useTranslation('rule');
  const { traits } = useOffer();
  return (
    <>
      <NameField
        label={t('trait')}
        names={traits}
        value={String(node['trait'])}
        onChange={(trait) => onChange({ ...node, trait })}
      />
      <Comparison node={node} onChange={onChange} />
    </>
  );
}

export function GroupCondition({ node, onChange }: ConditionProps) {
  const { t } = useTranslation('rule');
  const { groupTraits } = useOffer();
  return (
    <>
      <NameField
        label={t('groupTrait')}
        names={groupTraits}
        value={String(node['group'])}
        onChange={(group) => onChange({ ...node, group })}
      />
      <Comparison node={node} onChange={onChange} />
    </>
  );
}

export function PropertyCondition({ node, onChange }: ConditionProps) {
  return (
    <>
      <PropertyField
        value={String(node['property'])}
        onChange={(property) => onChange({ ...node, property })}
      />
      <Comparison node={node} onChange={onChange} />
    </>
  );
}

export const audienceQuestions = ['member_of', 'synchronized_in', 'not_synchronized_in'] as const;

export function AudienceCondition({ node, onChange }: ConditionProps) {
  const { t } = useTranslation('rule');
  const { audiences } = useOffer();
  const question = audienceQuestions.find((key) => key in node) ?? 'member_of';
  const name = String(node[question]);
  return (
    <>
      <NativeSelect
        aria-label={t('audienceQuestion')}
        value={question}
        data={audienceQuestions.map((key) => ({ value: key, label: t(`questions.${key}`) }))}
        onChange={(event) => onChange({ [event.currentTarget.value]: name })}
      />
      <Select
        aria-label={t('audience')}
        placeholder={t('audience')}
        searchable
        value={name === '' ? null : name}
        data={[...new Set(name === '' ? audiences : [...audiences, name])]}
        onChange={(chosen) => onChange({ [question]: chosen ?? '' })}
      />
    </>
  );
}

export function ConsentCondition({ node, onChange }: ConditionProps) {
  const { t } = useTranslation('rule');
  return (
    <NativeSelect
      aria-label={t('consent')}
      value={String(node['consent'])}
      data={(['yes', 'no', 'unknown'] as const).map((answer) => ({
        value: answer,
        label: t(`consents.${answer}`),
      }))}
      onChange={(event) => onChange({ ...node, consent: event.currentTarget.value })}
    />
  );
}

export function SampleCondition({ node, onChange }: ConditionProps) {
  const { t } = useTranslation('rule');
  const { percent, seed } = node['sample'] as { percent: number; seed: string };
  return (
    <Group gap="xs">
      <NumberInput
        aria-label={t('sample.percent')}
        suffix=" %"
        min={0}
        max={100}
        value={percent}
        onChange={(number) =>
          onChange({ sample: { percent: typeof number === 'number' ? number : 1, seed } })
        }
      />
      <TextInput
        aria-label={t('sample.seed')}
        placeholder={t('sample.seed')}
        value={seed}
        onChange={(event) => onChange({ sample: { percent, seed: event.currentTarget.value } })}
      />
    </Group>
  );
}

/** What has no form of its own: a selection inside of a rule, or a kind that is newer than this page. */
export function JsonCondition({ node, onChange }: ConditionProps) {
  const { t } = useTranslation('rule');
  const [text, setText] = useState(() => JSON.stringify(node, null, 2));
  const read = readObject(text);
  return (
    <Textarea
      className="rule-json"
      aria-label={t('json.label')}
      description={t('json.help')}
      error={read === null ? t('json.broken') : null}
      autosize
      minRows={3}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        const next = readObject(event.currentTarget.value);
        if (next !== null) onChange(next);
      }}
    />
  );
}

function readObject(text: string): RuleNode | null {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && !Array.isArray(json)
      ? (json as RuleNode)
      : null;
  } catch {
    return null;
  }
}
