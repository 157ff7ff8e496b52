import { Radio, Stack, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Draft } from './draft.ts';

interface RuleModeFieldsProps {
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
}

const modes = ['match', 'add', 'remove'] as const;

/** What the rule does to the audience, and how often it is asked. */
export function RuleModeFields({ draft, onChange }: RuleModeFieldsProps) {
  const { t } = useTranslation('editor');
  return (
    <Stack gap="sm">
      <Radio.Group
        label={t('mode.label')}
        value={draft.ruleMode}
        onChange={(mode) => onChange({ ruleMode: mode })}
      >
        <Stack gap="xs" mt="xs">
          {modes.map((mode) => (
            <Radio
              key={mode}
              value={mode}
              label={t(`modes.${mode}`)}
              description={t(`modeHelp.${mode}`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      <Switch
        label={t('mode.daily')}
        description={t('mode.dailyHelp')}
        checked={draft.ruleDaily}
        onChange={(event) => onChange({ ruleDaily: event.currentTarget.checked })}
      />
    </Stack>
  );
}
