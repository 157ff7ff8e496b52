import { ActionIcon, Button, Group, NativeSelect, Paper, Stack } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { RuleOffer } from '../rule-builder/offer.ts';
import { RuleField } from '../rule-builder/rule-field.tsx';
import { ParamFields } from './param-fields.tsx';
import type { StartJson, TriggerJson } from './scenario-json.ts';
import { triggerNames, type TriggerName, triggers } from './triggers.ts';

interface StartEditorProps {
  readonly start: StartJson;
  readonly onChange: (start: StartJson) => void;
  readonly offer: RuleOffer;
  readonly isDisabled: boolean;
}

const kinds = ['on', 'daily', 'by'] as const;
type StartKind = (typeof kinds)[number];

const blanks: Record<StartKind, StartJson> = {
  on: { on: [{ on: 'added' }] },
  daily: { daily: { trait: '', op: 'exists' } },
  by: { by: 'hand' },
};

/** Who starts: whoever something happens to, whom a rule finds once a day, or nobody by itself. */
export function StartEditor({ start, onChange, offer, isDisabled }: StartEditorProps) {
  const { t } = useTranslation('scenario');
  const kind = kinds.find((one) => one in start) ?? 'by';
  return (
    <Stack gap="sm">
      <NativeSelect
        label={t('start.label')}
        disabled={isDisabled}
        value={kind}
        data={kinds.map((one) => ({ value: one, label: t(`start.${one}`) }))}
        onChange={(event) => onChange(blanks[event.currentTarget.value as StartKind])}
      />
      {'on' in start && (
        <TriggerList list={start.on} onChange={(on) => onChange({ on })} isDisabled={isDisabled} />
      )}
      {'daily' in start && (
        <RuleField
          label={t('start.who')}
          rule={start.daily}
          onChange={(daily) => onChange({ daily })}
          offer={offer}
          isDisabled={isDisabled}
        />
      )}
    </Stack>
  );
}

interface TriggerListProps {
  readonly list: readonly TriggerJson[];
  readonly onChange: (list: readonly TriggerJson[]) => void;
  readonly isDisabled: boolean;
}

/** Several things that can happen; any of them counts. */
export function TriggerList({ list, onChange, isDisabled }: TriggerListProps) {
  const { t } = useTranslation('scenario');
  const set = (i: number, trigger: TriggerJson): void =>
    onChange(list.map((one, at) => (at === i ? trigger : one)));
  return (
    <Stack gap="sm">
      {list.map((trigger, i) => {
        const { on, ...given } = trigger;
        const params = triggers[on as TriggerName] ?? [];
        return (
          // Triggers have no name of their own; their place is what they are known by.
          <Paper key={i} withBorder p="sm" role="group" aria-label={t('trigger', { place: i + 1 })}>
            <Stack gap="sm">
              <Group align="flex-end" wrap="nowrap">
                <NativeSelect
                  flex={1}
                  label={i === 0 ? t('when') : t('orWhen')}
                  disabled={isDisabled}
                  value={on}
                  data={triggerNames.map((name) => ({ value: name, label: t(`triggers.${name}`) }))}
                  onChange={(event) => set(i, { on: event.currentTarget.value })}
                />
                {list.length > 1 && !isDisabled && (
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    size="lg"
                    aria-label={t('removeTrigger', { place: i + 1 })}
                    onClick={() => onChange(list.filter((_, at) => at !== i))}
                  >
                    <IconX size={16} aria-hidden />
                  </ActionIcon>
                )}
              </Group>
              {params.length > 0 && (
                <ParamFields
                  params={params}
                  given={given}
                  onChange={(next) => set(i, { ...next, on })}
                  isDisabled={isDisabled}
                />
              )}
            </Stack>
          </Paper>
        );
      })}
      {!isDisabled && (
        <Group>
          <Button
            variant="subtle"
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => onChange([...list, { on: 'external_event' }])}
          >
            {t('addTrigger')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
