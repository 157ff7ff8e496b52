import { ConditionTree } from './condition-tree.tsx';
import { PropertyCondition, type ConditionProps } from './conditions.tsx';
import { groupOf, ruleOfGroup } from './rule-query.ts';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

/** Which events are meant, by their properties: a small tree of its own. */
export function PropertyTree({ node, onChange }: ConditionProps) {
  const { t } = useTranslation('rule');
  const [group, setGroup] = useState(() => groupOf(node));
  return (
    <ConditionTree
      label={t('parts.where')}
      group={group}
      Condition={PropertyCondition}
      blank={{ property: '', op: 'equals', value: '' }}
      onChange={(next) => {
        setGroup(next);
        onChange(ruleOfGroup(next) ?? { all: [] });
      }}
    />
  );
}
