import { NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Database } from '../api/databases.ts';

interface DatabasePickerProps {
  readonly databases: readonly Database[];
  readonly value: string;
  readonly onChange: (id: string) => void;
}

/** Whose people: shown only where there is a choice. */
export function DatabasePicker({ databases, value, onChange }: DatabasePickerProps) {
  const { t } = useTranslation();
  if (databases.length < 2) return null;
  return (
    <NativeSelect
      label={t('database')}
      value={value}
      data={databases.map(({ id, name }) => ({ value: id, label: name }))}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
