import { NativeSelect, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** What a key of either kind is made with; `days` null: it never ends. */
export interface NameAndDays {
  readonly name: string;
  readonly days: number | null;
}

export const noName: NameAndDays = { name: '', days: 90 };

const offeredDays = [7, 30, 90, 365] as const;

interface NameAndDaysFieldsProps {
  readonly value: NameAndDays;
  readonly onChange: (value: NameAndDays) => void;
}

export function NameAndDaysFields({ value, onChange }: NameAndDaysFieldsProps) {
  const { t } = useTranslation('settings');
  return (
    <>
      <TextInput
        label={t('name')}
        description={t('keys.nameHelp')}
        required
        maxLength={200}
        data-autofocus
        value={value.name}
        onChange={(event) => onChange({ ...value, name: event.currentTarget.value })}
      />
      <NativeSelect
        label={t('ends')}
        value={String(value.days ?? '')}
        data={[
          ...offeredDays.map((days) => ({
            value: String(days),
            label: t('keys.afterDays', { count: days }),
          })),
          { value: '', label: t('never') },
        ]}
        onChange={(event) => {
          const days = event.currentTarget.value;
          onChange({ ...value, days: days === '' ? null : Number(days) });
        }}
      />
    </>
  );
}
