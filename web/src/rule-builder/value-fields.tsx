import {
  Autocomplete,
  Group,
  NativeSelect,
  NumberInput,
  TagsInput,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

export interface FieldProps<Value = unknown> {
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  /** What a screen reader says of the field. */
  readonly label: string;
}

type ScalarKind = 'text' | 'number' | 'yes' | 'day' | 'moment';

const dayPattern = /^\d{4}-\d{2}-\d{2}$/;
const momentPattern = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/;

function kindOfScalar(value: unknown): ScalarKind {
  if (typeof value === 'number') return 'number';
  if (typeof value === 'boolean') return 'yes';
  const text = String(value);
  if (dayPattern.test(text)) return 'day';
  return momentPattern.test(text) ? 'moment' : 'text';
}

const blank: Record<ScalarKind, unknown> = { text: '', number: '', yes: true, day: '', moment: '' };

/** One value, and as what it is meant: the rule's value decides how cells are read (docs/rules.md). */
export function ScalarField({
  value,
  onChange,
  label,
  kinds,
}: FieldProps & { readonly kinds: readonly ScalarKind[] }) {
  const { t } = useTranslation('rule');
  const found = kindOfScalar(value);
  const [kind, setKind] = useState<ScalarKind>(
    kinds.includes(found) && value !== '' ? found : (kinds[0] ?? 'text'),
  );
  return (
    <Group gap="xs" wrap="nowrap" className="rule-value">
      <PlainField kind={kind} value={value} onChange={onChange} label={label} />
      {kinds.length > 1 && (
        <NativeSelect
          aria-label={t('value.readAs', { label })}
          value={kind}
          data={kinds.map((one) => ({ value: one, label: t(`value.kinds.${one}`) }))}
          onChange={(event) => {
            const chosen = event.currentTarget.value as ScalarKind;
            setKind(chosen);
            onChange(converted(value, chosen));
          }}
        />
      )}
    </Group>
  );
}

/** Typed before it was said as what: "5" as a number is 5. */
function converted(value: unknown, kind: ScalarKind): unknown {
  if (kind === 'text') return String(value);
  if (kind === 'number') {
    const number = Number(value);
    return String(value).trim() === '' || !Number.isFinite(number) ? '' : number;
  }
  return blank[kind];
}

function PlainField({ kind, value, onChange, label }: FieldProps & { readonly kind: ScalarKind }) {
  const { t } = useTranslation('rule');
  if (kind === 'number') {
    return (
      <NumberInput
        aria-label={label}
        value={typeof value === 'number' ? value : ''}
        onChange={(number) => onChange(typeof number === 'number' ? number : '')}
      />
    );
  }
  if (kind === 'yes') {
    return (
      <NativeSelect
        aria-label={label}
        value={String(value)}
        data={[
          { value: 'true', label: t('value.yes') },
          { value: 'false', label: t('value.no') },
        ]}
        onChange={(event) => onChange(event.currentTarget.value === 'true')}
      />
    );
  }
  return (
    <TextInput
      aria-label={label}
      type={kind === 'day' ? 'date' : 'text'}
      placeholder={kind === 'moment' ? '2026-03-31T08:00Z' : undefined}
      value={String(value)}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** Above this a list is a text of lines: so many tags nobody reads, and they take seconds to draw. */
const tagsMax = 100;

/** Several values: what was there keeps its kind, what is added is text, or a number where all are. */
export function ListField({ value, onChange, label }: FieldProps<readonly unknown[]>) {
  const { t } = useTranslation('rule');
  const areNumbers = value.length > 0 && value.every((one) => typeof one === 'number');
  const take = (texts: readonly string[]): void => {
    const known = new Map(value.map((one) => [String(one), one]));
    const read = (text: string): unknown =>
      known.get(text) ?? (areNumbers && Number.isFinite(Number(text)) ? Number(text) : text);
    onChange(texts.filter((text) => text.trim() !== '').map(read));
  };
  if (value.length > tagsMax) {
    return (
      <Textarea
        aria-label={label}
        description={t('value.onePerLine', { count: value.length })}
        defaultValue={value.map(String).join('\n')}
        maxRows={8}
        autosize
        onBlur={(event) => take(event.currentTarget.value.split('\n'))}
      />
    );
  }
  return (
    <TagsInput
      aria-label={label}
      placeholder={t('value.list')}
      value={[...new Set(value.map(String))]}
      splitChars={['\n', '\t', ';']}
      acceptValueOnBlur
      onChange={take}
    />
  );
}

/** One text, or several of which one has to be there. */
export function TextsField({ value, onChange, label }: FieldProps) {
  const texts = Array.isArray(value) ? value.map(String) : value === '' ? [] : [String(value)];
  return (
    <ListField
      label={label}
      value={texts}
      onChange={(list) => {
        const [first = ''] = list;
        onChange(list.length > 1 ? list : first);
      }}
    />
  );
}

const orderedKinds = ['number', 'day', 'moment', 'text'] as const;

export function RangeField({ value, onChange, label }: FieldProps) {
  const { t } = useTranslation('rule');
  const [from, to] = Array.isArray(value) ? (value as unknown[]) : ['', ''];
  return (
    <Group gap="xs">
      <ScalarField
        kinds={orderedKinds}
        label={t('value.from', { label })}
        value={from}
        onChange={(next) => onChange([next, to])}
      />
      <ScalarField
        kinds={orderedKinds}
        label={t('value.to', { label })}
        value={to}
        onChange={(next) => onChange([from, next])}
      />
    </Group>
  );
}

const units = ['days', 'hours', 'minutes'] as const;

export type Age = Readonly<Partial<Record<(typeof units)[number], number>>>;

export function AgeField({ value, onChange, label }: FieldProps<Age>) {
  const { t } = useTranslation('rule');
  const unit = units.find((one) => value[one] !== undefined) ?? 'days';
  return (
    <Group gap="xs" wrap="nowrap" className="rule-value">
      <NumberInput
        aria-label={label}
        min={1}
        allowDecimal={false}
        value={value[unit] ?? ''}
        onChange={(number) => onChange({ [unit]: typeof number === 'number' ? number : 1 })}
      />
      <NativeSelect
        aria-label={t('value.unit', { label })}
        value={unit}
        data={units.map((one) => ({ value: one, label: t(`value.units.${one}`) }))}
        onChange={(event) => onChange({ [event.currentTarget.value]: value[unit] ?? 1 })}
      />
    </Group>
  );
}

/** A name that is suggested and may be another: what no import has brought yet is no error. */
export function NameField({
  value,
  onChange,
  label,
  names,
}: FieldProps<string> & { readonly names: readonly string[] }) {
  return (
    <Autocomplete
      aria-label={label}
      placeholder={label}
      value={value}
      data={[...names]}
      limit={50}
      onChange={onChange}
    />
  );
}
