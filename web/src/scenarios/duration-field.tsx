import { Group, NumberInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { DurationJson } from './scenario-json.ts';

const units = ['days', 'hours', 'minutes'] as const;

interface DurationFieldProps {
  readonly label: string;
  readonly value: DurationJson;
  readonly onChange: (value: DurationJson) => void;
  readonly isDisabled?: boolean;
}

/** A length of time of days, hours and minutes; seconds that were written elsewhere are kept. */
export function DurationField({ label, value, onChange, isDisabled = false }: DurationFieldProps) {
  const { t } = useTranslation('scenario');
  return (
    <Group gap="xs" role="group" aria-label={label}>
      {units.map((unit) => (
        <NumberInput
          key={unit}
          w={96}
          size="xs"
          min={0}
          allowDecimal={false}
          label={t(`units.${unit}`)}
          disabled={isDisabled}
          value={value[unit] ?? ''}
          onChange={(number) => {
            const { [unit]: _, ...others } = value;
            onChange(
              typeof number === 'number' && number > 0 ? { ...others, [unit]: number } : others,
            );
          }}
        />
      ))}
    </Group>
  );
}
