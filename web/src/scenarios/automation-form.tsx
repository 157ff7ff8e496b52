import {
  Group,
  NativeSelect,
  NumberInput,
  Paper,
  Radio,
  SimpleGrid,
  Stack,
  Switch,
  Text,
} from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { RuleOffer } from '../rule-builder/offer.ts';
import { RuleField } from '../rule-builder/rule-field.tsx';
import type { RuleNode } from '../rule-builder/rule-query.ts';
import './scenario.css';
import { DurationField } from './duration-field.tsx';
import { ParamFields } from './param-fields.tsx';
import type { AgainJson, DurationJson, TriggerJson } from './scenario-json.ts';
import { TriggerList } from './start-editor.tsx';
import { type PresetName, presetNames, presets } from './triggers.ts';

interface AutomationFormProps {
  /** As docs/guide/automations.md has it: `preset` with `with`, or `on`; null: nothing chosen yet. */
  readonly automation: RuleNode | null;
  readonly onChange: (automation: RuleNode) => void;
  readonly offer: RuleOffer;
  readonly isDisabled?: boolean;
}

const general = 'general';

/** One of nine ready-made automations, or a rule over any of the 34 events. */
export function AutomationForm({
  automation,
  onChange,
  offer,
  isDisabled = false,
}: AutomationFormProps) {
  const { t } = useTranslation('scenario');
  const given = automation ?? { preset: 'added', do: 'add' };
  const preset = given['preset'] as PresetName | undefined;
  const choose = (key: string): void => {
    const { preset: _, with: __, on: ___, ...others } = given;
    onChange(key === general ? { ...others, on: [{ on: 'added' }] } : { ...others, preset: key });
  };
  return (
    <Stack className={isDisabled ? 'scenario-frozen' : ''}>
      <Radio.Group
        label={t('automation.label')}
        value={preset ?? general}
        onChange={choose}
        readOnly={isDisabled}
      >
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} mt="xs">
          {[...presetNames, general].map((key) => (
            <Radio.Card key={key} value={key} p="sm" radius="md" disabled={isDisabled}>
              <Group wrap="nowrap" align="flex-start">
                <Radio.Indicator />
                <div>
                  <Text size="sm" fw={600}>
                    {key === general ? t('automation.general') : t(`presets.${key as PresetName}`)}
                  </Text>
                  <Text size="xs">
                    {key === general
                      ? t('automation.generalHelp')
                      : t(`presetHelp.${key as PresetName}`)}
                  </Text>
                </div>
              </Group>
            </Radio.Card>
          ))}
        </SimpleGrid>
      </Radio.Group>
      {preset === undefined ? (
        <TriggerList
          list={(given['on'] as readonly TriggerJson[] | undefined) ?? []}
          onChange={(on) => onChange({ ...given, on })}
          isDisabled={isDisabled}
        />
      ) : (
        presets[preset].length > 0 && (
          <ParamFields
            params={presets[preset]}
            given={(given['with'] as RuleNode | undefined) ?? {}}
            onChange={(params) => onChange({ ...given, with: params })}
            isDisabled={isDisabled}
          />
        )
      )}
      <Then given={given} onChange={onChange} offer={offer} isDisabled={isDisabled} />
    </Stack>
  );
}

interface ThenProps {
  readonly given: RuleNode;
  readonly onChange: (automation: RuleNode) => void;
  readonly offer: RuleOffer;
  readonly isDisabled: boolean;
}

const everybody: RuleNode = { trait: '', op: 'exists' };

/** What happens then: a wait, a condition, in or out, and how often. */
function Then({ given, onChange, offer, isDisabled }: ThenProps) {
  const { t } = useTranslation('scenario');
  const set = (name: string, value: unknown): void => {
    const { [name]: _, ...others } = given;
    onChange(value === undefined ? others : { ...others, [name]: value });
  };
  const { after } = given;
  return (
    <Paper withBorder p="md">
      <Stack>
        <NativeSelect
          label={t('automation.do')}
          disabled={isDisabled}
          value={String(given['do'])}
          data={(['add', 'remove'] as const).map((one) => ({
            value: one,
            label: t(`automation.${one}`),
          }))}
          onChange={(event) => set('do', event.currentTarget.value)}
        />
        <Switch
          label={t('automation.wait')}
          disabled={isDisabled}
          checked={after !== undefined}
          onChange={(event) => set('after', event.currentTarget.checked ? { hours: 2 } : undefined)}
        />
        {after !== undefined && (
          <DurationField
            label={t('automation.wait')}
            value={after as DurationJson}
            onChange={(wait) => set('after', wait)}
            isDisabled={isDisabled}
          />
        )}
        <OnlyIf given={given} onChange={onChange} offer={offer} isDisabled={isDisabled} />
        <AgainFields
          again={given['again'] as AgainJson | undefined}
          onChange={(again) => set('again', again)}
          isDisabled={isDisabled}
        />
      </Stack>
    </Paper>
  );
}

/** A condition that is asked when the wait is over, and what happens to everybody else. */
function OnlyIf({ given, onChange, offer, isDisabled }: ThenProps) {
  const { t } = useTranslation('scenario');
  const { if: condition, else: other } = given;
  return (
    <>
      <Switch
        label={t('automation.if')}
        disabled={isDisabled}
        checked={condition !== undefined}
        onChange={(event) => {
          const { if: _, else: __, ...others } = given;
          onChange(event.currentTarget.checked ? { ...others, if: everybody } : others);
        }}
      />
      {condition !== undefined && (
        <>
          <RuleField
            label={t('automation.ifWho')}
            rule={condition as RuleNode}
            onChange={(rule) => onChange({ ...given, if: rule })}
            offer={offer}
            isDisabled={isDisabled}
          />
          <NativeSelect
            label={t('automation.else')}
            disabled={isDisabled}
            value={typeof other === 'string' ? other : ''}
            data={[
              { value: '', label: t('automation.nothing') },
              { value: 'add', label: t('automation.add') },
              { value: 'remove', label: t('automation.remove') },
            ]}
            onChange={(event) => {
              const { else: _, ...others } = given;
              const chosen = event.currentTarget.value;
              onChange(chosen === '' ? others : { ...others, else: chosen });
            }}
          />
        </>
      )}
    </>
  );
}

interface AgainFieldsProps {
  readonly again: AgainJson | undefined;
  readonly onChange: (again: AgainJson | undefined) => void;
  readonly isDisabled: boolean;
}

/** How often one person may start, and how long after the last time. */
export function AgainFields({ again, onChange, isDisabled }: AgainFieldsProps) {
  const { t } = useTranslation('scenario');
  const { atMost, interval } = again ?? {};
  const change = (next: AgainJson): void =>
    onChange(Object.keys(next).length === 0 ? undefined : next);
  const kept = { ...(interval === undefined ? {} : { interval }) };
  return (
    <Group align="flex-end">
      <NumberInput
        label={t('again.atMost')}
        description={t('again.atMostHelp')}
        min={1}
        allowDecimal={false}
        disabled={isDisabled}
        value={atMost ?? ''}
        onChange={(number) =>
          change(typeof number === 'number' ? { ...kept, atMost: number } : kept)
        }
      />
      <Stack gap={2}>
        <Text size="sm" fw={600}>
          {t('again.interval')}
        </Text>
        <DurationField
          label={t('again.interval')}
          value={interval ?? {}}
          onChange={(next) =>
            change({
              ...(atMost === undefined ? {} : { atMost }),
              ...(Object.keys(next).length === 0 ? {} : { interval: next }),
            })
          }
          isDisabled={isDisabled}
        />
      </Stack>
    </Group>
  );
}
