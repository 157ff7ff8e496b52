import { NativeSelect, SimpleGrid, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { DatabaseSettings } from '../api/database-settings.ts';

type Chosen = DatabaseSettings['normalising'];
type Rule = keyof Chosen;

/** Every rule with its choices, what Muster does by itself first (docs/normalising.md). */
const rules = {
  externalId: ['as-is', 'sha256'],
  dateOrder: ['held-back', 'day-first', 'month-first'],
  nameSpaces: ['single', 'removed'],
  placeAccents: ['transliterated', 'dropped', 'kept'],
  canadianProvinces: ['code', 'name'],
  postcodeDashes: ['kept', 'dropped'],
  ukPostcodes: ['sector', 'full'],
  emails: ['all', 'first', 'last'],
  phones: ['all', 'first', 'last'],
  mobileAdIds: ['all', 'first', 'last'],
  limitedDataUse: ['off', 'californians'],
} as const satisfies { readonly [R in Rule]-?: readonly NonNullable<Chosen[R]>[] };

const names = Object.keys(rules) as Rule[];

interface NormalisingFieldsProps {
  readonly may: boolean;
  readonly value: Chosen;
  readonly onChange: (value: Chosen) => void;
}

/** The rules that Meta leaves open, each with what it makes of an example. */
export function NormalisingFields({ may, value, onChange }: NormalisingFieldsProps) {
  const { t } = useTranslation('settings');
  return (
    <Stack component="fieldset" gap="xs" m={0} p={0} style={{ border: 0 }}>
      <Text component="legend" fw={600} p={0}>
        {t('perDatabase.rules')}
      </Text>
      <Text size="sm" c="dimmed">
        {t('perDatabase.rulesHelp')}
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md" verticalSpacing="sm">
        {names.map((rule) => (
          <NativeSelect
            key={rule}
            label={t(`perDatabase.rule.${rule}.label`)}
            disabled={!may}
            value={value[rule] ?? rules[rule][0]}
            data={rules[rule].map((choice) => ({
              ...{ value: choice, label: t(`perDatabase.rule.${rule}.${choice}` as never) },
            }))}
            onChange={(event) => onChange({ ...value, [rule]: event.currentTarget.value })}
          />
        ))}
      </SimpleGrid>
    </Stack>
  );
}
