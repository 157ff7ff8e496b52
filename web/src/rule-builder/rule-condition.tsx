import { NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import {
  AudienceCondition,
  audienceQuestions,
  ConsentCondition,
  type ConditionProps,
  GroupCondition,
  JsonCondition,
  SampleCondition,
  TraitCondition,
} from './conditions.tsx';
import { EventCondition } from './event-condition.tsx';
import type { RuleNode } from './rule-query.ts';

const kinds = ['trait', 'event', 'group', 'audience', 'consent', 'sample', 'json'] as const;
type Kind = (typeof kinds)[number];

export const blankTrait: RuleNode = { trait: '', op: 'equals', value: '' };

const blanks: Record<Kind, RuleNode> = {
  trait: blankTrait,
  event: { event: '' },
  group: { group: '', op: 'equals', value: '' },
  audience: { member_of: '' },
  consent: { consent: 'yes' },
  sample: { sample: { percent: 10, seed: '' } },
  json: { include: { consent: 'yes' } },
};

const editors: Record<Kind, (props: ConditionProps) => React.ReactNode> = {
  trait: TraitCondition,
  event: EventCondition,
  group: GroupCondition,
  audience: AudienceCondition,
  consent: ConsentCondition,
  sample: SampleCondition,
  json: JsonCondition,
};

/** One condition about a person: of which kind, and the form of that kind. */
export function RuleCondition({ node, onChange }: ConditionProps) {
  const { t } = useTranslation('rule');
  const kind = kindOf(node);
  const Editor = editors[kind];
  return (
    <>
      <NativeSelect
        aria-label={t('kind')}
        value={kind}
        data={kinds.map((one) => ({ value: one, label: t(`kinds.${one}`) }))}
        onChange={(event) => onChange(blanks[event.currentTarget.value as Kind])}
      />
      <Editor node={node} onChange={onChange} />
    </>
  );
}

function kindOf(node: RuleNode): Kind {
  if ('trait' in node) return 'trait';
  if ('event' in node) return 'event';
  if ('group' in node) return 'group';
  if (audienceQuestions.some((key) => key in node)) return 'audience';
  if ('consent' in node) return 'consent';
  return 'sample' in node ? 'sample' : 'json';
}
