import {
  Button,
  Group,
  NativeSelect,
  NumberInput,
  Stack,
  Switch,
  Text,
  Title,
} from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ConditionTree } from './condition-tree.tsx';
import { OfferContext, type RuleOffer, useOffer } from './offer.ts';
import { blankTrait, RuleCondition } from './rule-condition.tsx';
import { conditionRule, type ConditionGroup, type Limit, type Selection } from './rule-query.ts';
import { NameField } from './value-fields.tsx';
import './rule-builder.css';

interface RuleBuilderProps {
  readonly selection: Selection;
  readonly onChange: (selection: Selection) => void;
  readonly offer: RuleOffer;
}

const firstExcluded: ConditionGroup = { combinator: 'any', rules: [conditionRule(blankTrait)] };

/** Who is in, who is not, turned round, cut to a number (docs/rules.md). */
export function RuleBuilder({ selection, onChange, offer }: RuleBuilderProps) {
  const { t } = useTranslation('rule');
  return (
    <OfferContext value={offer}>
      <Stack gap="md">
        <section aria-label={t('include')}>
          <Title order={3} size="h5" mb="xs">
            {t('include')}
          </Title>
          <ConditionTree
            label={t('include')}
            group={selection.include}
            Condition={RuleCondition}
            blank={blankTrait}
            onChange={(include) => onChange({ ...selection, include })}
          />
        </section>
        {selection.exclude === null ? (
          <Group>
            <Button
              variant="subtle"
              leftSection={<IconPlus size={16} aria-hidden />}
              onClick={() => onChange({ ...selection, exclude: firstExcluded })}
            >
              {t('addExclude')}
            </Button>
          </Group>
        ) : (
          <section aria-label={t('exclude')}>
            <Group justify="space-between" mb="xs">
              <Title order={3} size="h5">
                {t('exclude')}
              </Title>
              <Button
                variant="subtle"
                color="gray"
                leftSection={<IconX size={16} aria-hidden />}
                onClick={() => onChange({ ...selection, exclude: null })}
              >
                {t('removeExclude')}
              </Button>
            </Group>
            <Text size="sm" c="dimmed" mb="xs">
              {t('excludeHelp')}
            </Text>
            <ConditionTree
              label={t('exclude')}
              group={selection.exclude}
              Condition={RuleCondition}
              blank={blankTrait}
              onChange={(exclude) => onChange({ ...selection, exclude })}
            />
          </section>
        )}
        <Switch
          label={t('invert')}
          description={t('invertHelp')}
          checked={selection.invert === true}
          onChange={(event) =>
            onChange({ ...selection, invert: event.currentTarget.checked ? true : null })
          }
        />
        <LimitFields
          limit={selection.limit}
          onChange={(limit) => onChange({ ...selection, limit })}
        />
      </Stack>
    </OfferContext>
  );
}

interface LimitFieldsProps {
  readonly limit: Limit | null;
  readonly onChange: (limit: Limit | null) => void;
}

/** At most so many, or such a share: by lot, or the first by a trait. */
function LimitFields({ limit, onChange }: LimitFieldsProps) {
  const { t } = useTranslation('rule');
  const { traits } = useOffer();
  const kind = limit === null ? 'none' : limit.count === undefined ? 'percent' : 'count';
  const by = limit?.by;
  const kept = by === undefined ? {} : { by };
  const amounts = {
    none: null,
    count: { count: 1000, ...kept },
    percent: { percent: 10, ...kept },
  };
  return (
    <Group gap="sm" align="flex-end">
      <NativeSelect
        label={t('limit.label')}
        value={kind}
        data={(['none', 'count', 'percent'] as const).map((one) => ({
          value: one,
          label: t(`limit.${one}`),
        }))}
        onChange={(event) => onChange(amounts[event.currentTarget.value as typeof kind])}
      />
      {limit !== null && (
        <>
          <NumberInput
            aria-label={t('limit.amount')}
            min={kind === 'count' ? 1 : 0}
            max={kind === 'count' ? Number.MAX_SAFE_INTEGER : 100}
            suffix={kind === 'count' ? '' : ' %'}
            value={limit.count ?? limit.percent ?? 1}
            onChange={(number) =>
              onChange({ [kind]: typeof number === 'number' ? number : 1, ...kept })
            }
          />
          <NativeSelect
            aria-label={t('limit.order')}
            value={by?.order ?? 'lot'}
            data={(['lot', 'desc', 'asc'] as const).map((one) => ({
              value: one,
              label: t(`limit.${one}`),
            }))}
            onChange={(event) => {
              const order = event.currentTarget.value as 'lot' | 'desc' | 'asc';
              const { by: _, ...amount } = limit;
              onChange(
                order === 'lot' ? amount : { ...amount, by: { trait: by?.trait ?? '', order } },
              );
            }}
          />
          {by !== undefined && (
            <NameField
              label={t('trait')}
              names={traits}
              value={by.trait}
              onChange={(trait) => onChange({ ...limit, by: { ...by, trait } })}
            />
          )}
        </>
      )}
    </Group>
  );
}
