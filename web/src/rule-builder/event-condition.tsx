import {
  ActionIcon,
  Button,
  Group,
  Menu,
  NativeSelect,
  NumberInput,
  Stack,
  Text,
} from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ConditionProps } from './conditions.tsx';
import { useOffer } from './offer.ts';
import { EventContext, PropertyField } from './property-field.tsx';
import { PropertyTree } from './property-tree.tsx';
import type { RuleNode } from './rule-query.ts';
import { type Age, AgeField, type FieldProps, NameField, ScalarField } from './value-fields.tsx';

const windowKeys = ['within_last', 'older_than', 'after', 'before'] as const;
const stepKeys = ['where', 'followed_by', 'not_followed_by'] as const;
const eventKeys = [...stepKeys, ...windowKeys, 'count', 'sum', 'average', 'first', 'last'] as const;
const laterKeys = ['within', ...stepKeys] as const;

type PartKey = (typeof eventKeys)[number] | (typeof laterKeys)[number];

const blankAge: Age = { days: 30 };

/** What a part says when it is added. */
const blankParts: Record<PartKey, unknown> = {
  where: { all: [{ property: '', op: 'equals', value: '' }] },
  followed_by: { event: '' },
  not_followed_by: { event: '' },
  within: { days: 7 },
  within_last: blankAge,
  older_than: blankAge,
  after: '',
  before: '',
  count: { at_least: 2 },
  sum: { property: '', at_least: 100 },
  average: { property: '', at_least: 100 },
  first: { within_last: blankAge },
  last: { older_than: { days: 180 } },
};

/** What somebody did: the event, and every further part that narrows which of them are meant. */
export function EventCondition({ node, onChange }: ConditionProps) {
  return <EventStep node={node} onChange={onChange} keys={eventKeys} />;
}

interface EventStepProps extends ConditionProps {
  readonly keys: readonly PartKey[];
}

function EventStep({ node, onChange, keys }: EventStepProps) {
  const { t } = useTranslation('rule');
  const { events } = useOffer();
  const present = keys.filter((key) => key in node);
  return (
    <Stack gap="xs" className="rule-event">
      <Group gap="xs">
        <NameField
          label={t('event')}
          names={events}
          value={String(node['event'])}
          onChange={(event) => onChange({ ...node, event })}
        />
        <AddPart
          label={t('parts.add')}
          keys={keys.filter((key) => !(key in node))}
          nameOf={(key) => t(`parts.${key}`)}
          onAdd={(key) => onChange({ ...node, [key]: blankParts[key] })}
        />
      </Group>
      {present.map((key) => (
        <Stack key={key} gap={4} className="rule-part">
          <Group gap={4}>
            <Text size="sm">{t(`parts.${key}`)}</Text>
            <RemoveButton
              label={t('parts.remove', { part: t(`parts.${key}`) })}
              onClick={() => onChange(without(node, key))}
            />
          </Group>
          <EventContext value={String(node['event'])}>
            <EventPart
              part={key}
              value={node[key]}
              onChange={(value) => onChange({ ...node, [key]: value })}
            />
          </EventContext>
        </Stack>
      ))}
    </Stack>
  );
}

interface EventPartProps {
  readonly part: PartKey;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}

function EventPart({ part, value, onChange }: EventPartProps) {
  const { t } = useTranslation('rule');
  const label = t(`parts.${part}`);
  switch (part) {
    case 'where':
      return <PropertyTree node={value as RuleNode} onChange={onChange} />;
    case 'followed_by':
    case 'not_followed_by':
      return <EventStep node={value as RuleNode} onChange={onChange} keys={laterKeys} />;
    case 'within':
    case 'within_last':
    case 'older_than':
      return <AgeField label={label} value={value as Age} onChange={onChange} />;
    case 'after':
    case 'before':
      return (
        <ScalarField label={label} kinds={['day', 'moment']} value={value} onChange={onChange} />
      );
    case 'count':
      return <Bounds label={label} value={value as RuleNode} onChange={onChange} />;
    case 'sum':
    case 'average':
      return <Measure label={label} value={value as RuleNode} onChange={onChange} />;
    case 'first':
    case 'last':
      return <Windows label={label} value={value as RuleNode} onChange={onChange} />;
  }
}

const boundKeys = ['at_least', 'at_most', 'greater', 'less', 'exactly'] as const;

/** How many or how much: one bound, or several that all hold. */
function Bounds({ value, onChange, label }: FieldProps<RuleNode>) {
  const { t } = useTranslation('rule');
  const present = boundKeys.filter((key) => key in value);
  return (
    <Group gap="xs">
      {present.map((key) => (
        <Group key={key} gap="xs" wrap="nowrap">
          <NativeSelect
            aria-label={t('bounds.label', { label })}
            value={key}
            data={boundKeys
              .filter((one) => one === key || !(one in value))
              .map((one) => ({ value: one, label: t(`bounds.${one}`) }))}
            onChange={(event) =>
              onChange({ ...without(value, key), [event.currentTarget.value]: value[key] })
            }
          />
          <NumberInput
            aria-label={t('bounds.number', { label })}
            className="rule-number"
            value={Number(value[key])}
            onChange={(number) =>
              onChange({ ...value, [key]: typeof number === 'number' ? number : 0 })
            }
          />
          {present.length > 1 && (
            <RemoveButton
              label={t('parts.remove', { part: t(`bounds.${key}`) })}
              onClick={() => onChange(without(value, key))}
            />
          )}
        </Group>
      ))}
      <AddPart
        label={t('bounds.add')}
        keys={boundKeys.filter((key) => !(key in value))}
        nameOf={(key) => t(`bounds.${key}`)}
        onAdd={(key) => onChange({ ...value, [key]: 0 })}
      />
    </Group>
  );
}

/** Of the numbers in a property. */
function Measure({ value, onChange, label }: FieldProps<RuleNode>) {
  const { property, ...bounds } = value;
  return (
    <Group gap="xs">
      <PropertyField
        value={String(property)}
        onChange={(name) => onChange({ ...value, property: name })}
      />
      <Bounds label={label} value={bounds} onChange={(next) => onChange({ property, ...next })} />
    </Group>
  );
}

/** When the first or the last of them happened. */
function Windows({ value, onChange, label }: FieldProps<RuleNode>) {
  const { t } = useTranslation('rule');
  const present = windowKeys.filter((key) => key in value);
  return (
    <Stack gap="xs">
      {present.map((key) => (
        <Group key={key} gap="xs">
          <NativeSelect
            aria-label={t('bounds.label', { label })}
            value={key}
            data={windowKeys
              .filter((one) => one === key || !(one in value))
              .map((one) => ({ value: one, label: t(`parts.${one}`) }))}
            onChange={(event) => {
              const next = event.currentTarget.value as (typeof windowKeys)[number];
              const isAge = (one: string): boolean => one === 'within_last' || one === 'older_than';
              const kept = isAge(next) === isAge(key) ? value[key] : blankParts[next];
              onChange({ ...without(value, key), [next]: kept });
            }}
          />
          <EventPart
            part={key}
            value={value[key]}
            onChange={(next) => onChange({ ...value, [key]: next })}
          />
          {present.length > 1 && (
            <RemoveButton
              label={t('parts.remove', { part: t(`parts.${key}`) })}
              onClick={() => onChange(without(value, key))}
            />
          )}
        </Group>
      ))}
      <AddPart
        label={t('bounds.add')}
        keys={windowKeys.filter((key) => !(key in value))}
        nameOf={(key) => t(`parts.${key}`)}
        onAdd={(key) => onChange({ ...value, [key]: blankParts[key] })}
      />
    </Stack>
  );
}

interface AddPartProps<Key extends string> {
  readonly label: string;
  readonly keys: readonly Key[];
  readonly nameOf: (key: Key) => string;
  readonly onAdd: (key: Key) => void;
}

function AddPart<Key extends string>({ label, keys, nameOf, onAdd }: AddPartProps<Key>) {
  if (keys.length === 0) return null;
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={14} aria-hidden />}>
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {keys.map((key) => (
          <Menu.Item key={key} onClick={() => onAdd(key)}>
            {nameOf(key)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function RemoveButton({
  label,
  onClick,
}: {
  readonly label: string;
  readonly onClick: () => void;
}) {
  return (
    <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={onClick}>
      <IconX size={16} aria-hidden />
    </ActionIcon>
  );
}

function without(node: RuleNode, key: string): RuleNode {
  const { [key]: _, ...others } = node;
  return others;
}
