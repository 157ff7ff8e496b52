import { Checkbox, NativeSelect, Stack, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { customerFileSources, type Draft } from './draft.ts';

interface KindFieldsProps {
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
}

/** What is said to Meta when it is made, and stays (features.md A-08, M-16). */
export function KindFields({ draft, onChange }: KindFieldsProps) {
  const { t } = useTranslation('place');
  return (
    <Stack component="section" aria-label={t('kind')}>
      <Title order={2}>{t('kind')}</Title>
      <NativeSelect
        label={t('source')}
        description={t('sourceHelp')}
        value={draft.customerFileSource}
        data={customerFileSources.map((one) => ({ value: one, label: t(`sources.${one}`) }))}
        onChange={(event) =>
          onChange({ customerFileSource: event.currentTarget.value as Draft['customerFileSource'] })
        }
      />
      <Checkbox
        label={t('valueBased')}
        description={t('valueBasedHelp')}
        checked={draft.valueBased}
        onChange={(event) => onChange({ valueBased: event.currentTarget.checked })}
      />
      <Checkbox
        label={t('connector')}
        description={t('connectorHelp')}
        checked={draft.connector}
        disabled={draft.metaAudienceId !== null}
        onChange={(event) => onChange({ connector: event.currentTarget.checked })}
      />
    </Stack>
  );
}
