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
import { consentStates, nameOfParam, type Param } from './triggers.ts';

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
  const { t } = useTranslation('scenario');
  const set = (name: string, value: unknown): void => {
    const { [name]: _, ...others } = given;
    onChange(value === undefined ? others : { ...others, [name]: value });
  };
  return (
    <Group align="flex-start" gap="sm">
      {params.map((param) => {
        const name = nameOfParam(param);
        if (name === 'where') {
          return (
            <WhereField
              key={name}
              value={(given[name] as readonly Given[] | undefined) ?? []}
              onChange={(where) => set(name, where.length === 0 ? undefined : where)}
              isDisabled={isDisabled}
            />
          );
        }
        const field = {
          label: t(`params.${name}`),
          required: param.endsWith('!'),
          disabled: isDisabled,
        };
        if (name === 'tags') {
          const tags = (given[name] as readonly string[] | undefined) ?? [];
          return (
            <TagsInput
              key={name}
              {...field}
              acceptValueOnBlur
              value={[...tags]}
              onChange={(next) => set(name, next.length === 0 ? undefined : next)}
            />
          );
        }
        if (name === 'match' || name === 'state') {
          const choices = name === 'match' ? (['exact', 'contains'] as const) : consentStates;
          return (
            <NativeSelect
              key={name}
              {...field}
              value={textOf(given[name])}
              data={[
                { value: '', label: t('choose') },
                ...choices.map((one) => ({ value: one, label: t(`choices.${one}`) })),
              ]}
              onChange={(event) => set(name, event.currentTarget.value || undefined)}
            />
          );
        }
        if (numbers.includes(name)) {
          return (
            <NumberInput
              key={name}
              {...field}
              value={typeof given[name] === 'number' ? given[name] : ''}
              onChange={(number) => set(name, typeof number === 'number' ? number : undefined)}
            />
          );
        }
        return (
          <TextInput
            key={name}
            {...field}
            value={textOf(given[name])}
            onChange={(event) => set(name, event.currentTarget.value || undefined)}
          />
        );
      })}
    </Group>
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
