import {
  ActionIcon,
  Button,
  Group,
  NativeSelect,
  NumberInput,
  Stack,
  TagsInput,
  TextInput,
} from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { consentStates, nameOfParam, type Param, type ParamName } from './triggers.ts';

type Given = Readonly<Record<string, unknown>>;

interface ParamFieldsProps {
  readonly params: readonly Param[];
  readonly given: Given;
  readonly onChange: (given: Given) => void;
  readonly isDisabled?: boolean;
}

const numbers: readonly string[] = ['value', 'days'];

/** What a trigger or a preset may be asked. What is left empty is not asked. */
export function ParamFields({ params, given, onChange, isDisabled = false }: ParamFieldsProps) {
  return (
    <Group align="flex-start" gap="sm">
      {params.map((param) => {
        const name = nameOfParam(param);
        return (
          <ParamField
            key={name}
            name={name}
            isRequired={param.endsWith('!')}
            isDisabled={isDisabled}
            value={given[name]}
            onChange={(value) => {
              const { [name]: _, ...others } = given;
              onChange(value === undefined ? others : { ...others, [name]: value });
            }}
          />
        );
      })}
    </Group>
  );
}

interface ParamFieldProps {
  readonly name: ParamName;
  readonly isRequired: boolean;
  readonly isDisabled: boolean;
  readonly value: unknown;
  /** Undefined: it is not asked. */
  readonly onChange: (value: unknown) => void;
}

function ParamField({ name, isRequired, isDisabled, value, onChange }: ParamFieldProps) {
  const { t } = useTranslation('scenario');
  const list = Array.isArray(value) ? (value as readonly unknown[]) : [];
  const change = (next: readonly unknown[]): void => onChange(next.length === 0 ? undefined : next);
  if (name === 'where') {
    return (
      <WhereField value={list as readonly Given[]} onChange={change} isDisabled={isDisabled} />
    );
  }
  const field = { label: t(`params.${name}`), required: isRequired, disabled: isDisabled };
  if (name === 'tags') {
    return <TagsInput {...field} acceptValueOnBlur value={list.map(String)} onChange={change} />;
  }
  if (name === 'match' || name === 'state') {
    const choices = name === 'match' ? (['exact', 'contains'] as const) : consentStates;
    return (
      <NativeSelect
        {...field}
        value={textOf(value)}
        data={[
          { value: '', label: t('choose') },
          ...choices.map((one) => ({ value: one, label: t(`choices.${one}`) })),
        ]}
        onChange={(event) => onChange(event.currentTarget.value || undefined)}
      />
    );
  }
  if (numbers.includes(name)) {
    return (
      <NumberInput
        {...field}
        value={typeof value === 'number' ? value : ''}
        onChange={(number) => onChange(typeof number === 'number' ? number : undefined)}
      />
    );
  }
  return (
    <TextInput
      {...field}
      value={textOf(value)}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
    />
  );
}

interface WhereFieldProps {
  readonly value: readonly Given[];
  readonly onChange: (value: readonly Given[]) => void;
  readonly isDisabled: boolean;
}

const operators = ['equals', 'less', 'greater', 'contains'] as const;

/** Properties of the event, all of which have to hold. */
function WhereField({ value, onChange, isDisabled }: WhereFieldProps) {
  const { t } = useTranslation('scenario');
  const set = (i: number, change: Given): void =>
    onChange(value.map((one, at) => (at === i ? { ...one, ...change } : one)));
  return (
    <Stack gap="xs">
      {value.map((one, i) => (
        // Properties have no name of their own; their place is what they are known by.
        <Group
          key={i}
          gap="xs"
          align="flex-end"
          role="group"
          aria-label={t('where', { place: i + 1 })}
        >
          <TextInput
            label={t('property')}
            disabled={isDisabled}
            value={textOf(one['property'])}
            onChange={(event) => set(i, { property: event.currentTarget.value })}
          />
          <NativeSelect
            label={t('operator')}
            disabled={isDisabled}
            value={textOf(one['op'] ?? 'equals')}
            data={operators.map((op) => ({ value: op, label: t(`operators.${op}`) }))}
            onChange={(event) => set(i, { op: event.currentTarget.value })}
          />
          <TextInput
            label={t('value')}
            disabled={isDisabled}
            value={textOf(one['value'])}
            onChange={(event) => set(i, { value: readValue(event.currentTarget.value) })}
          />
          {!isDisabled && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={t('removeWhere', { place: i + 1 })}
              onClick={() => onChange(value.filter((_, at) => at !== i))}
            >
              <IconX size={16} aria-hidden />
            </ActionIcon>
          )}
        </Group>
      ))}
      {!isDisabled && (
        <Group>
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => onChange([...value, { property: '', op: 'equals', value: '' }])}
          >
            {t('addWhere')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** "100" compares as a number, as it does in a file. */
function readValue(text: string): string | number {
  return text.trim() !== '' && String(Number(text)) === text ? Number(text) : text;
}
