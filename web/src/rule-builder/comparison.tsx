import { NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { operatorNames, type OperatorName, shapeOf, valueFor } from './operators.ts';
import type { RuleNode } from './rule-query.ts';
import {
  type Age,
  AgeField,
  ListField,
  RangeField,
  ScalarField,
  TextsField,
} from './value-fields.tsx';

interface ComparisonProps {
  /** With `op` and, where the operator takes one, `value`. */
  readonly node: RuleNode;
  readonly onChange: (node: RuleNode) => void;
}

/** The operator and the value of a trait or a property. */
export function Comparison({ node, onChange }: ComparisonProps) {
  const { t } = useTranslation('rule');
  const operator = String(node['op']);
  const choose = (op: string): void => {
    const { value, ...others } = node;
    const next = valueFor(shapeOf(op), value);
    onChange({ ...others, op, ...(next === undefined ? {} : { value: next }) });
  };
  return (
    <>
      <NativeSelect
        aria-label={t('operator')}
        value={operator}
        data={operatorNames.map((name: OperatorName) => ({
          value: name,
          label: t(`operators.${name}`),
        }))}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      <Value key={shapeOf(operator)} node={node} onChange={onChange} />
    </>
  );
}

function Value({ node, onChange }: ComparisonProps) {
  const { t } = useTranslation('rule');
  const label = t('value.label');
  const value = node['value'];
  const field = { value, label, onChange: (next: unknown) => onChange({ ...node, value: next }) };
  switch (shapeOf(String(node['op']))) {
    case 'none':
      return null;
    case 'scalar':
      return <ScalarField {...field} kinds={['text', 'number', 'yes']} />;
    case 'scalars':
      return <ListField {...field} value={Array.isArray(value) ? value : []} />;
    case 'texts':
      return <TextsField {...field} />;
    case 'ordered':
      return <ScalarField {...field} kinds={['number', 'day', 'moment', 'text']} />;
    case 'range':
      return <RangeField {...field} />;
    case 'moment':
      return <ScalarField {...field} kinds={['day', 'moment']} />;
    case 'age':
      return <AgeField {...field} value={value as Age} />;
  }
}
