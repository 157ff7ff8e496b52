import { ActionIcon, Badge, Button, Group, Menu, Paper, Select, Stack, Text } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { RuleOffer } from '../rule-builder/offer.ts';
import { RuleField } from '../rule-builder/rule-field.tsx';
import { DurationField } from './duration-field.tsx';
import {
  type BranchJson,
  blankStep,
  countSteps,
  kindOfStep,
  sizeOf,
  type StepJson,
  stepKinds,
} from './scenario-json.ts';

interface StepListProps {
  readonly steps: readonly StepJson[];
  readonly onChange: (steps: readonly StepJson[]) => void;
  /** The number of the first step, as the API counts. */
  readonly first: number;
  readonly offer: RuleOffer;
  /** How many stand on each step now, by its number; null before it was switched on. */
  readonly people: ReadonlyMap<number, number> | null;
  readonly isDisabled: boolean;
}

/** Step by step, by keyboard too: what the canvas draws, this edits. */
export function StepList(props: StepListProps) {
  const { steps, onChange, first, isDisabled } = props;
  const { t } = useTranslation('scenario');
  const set = (i: number, step: StepJson): void =>
    onChange(steps.map((one, at) => (at === i ? step : one)));
  const move = (i: number, by: number): void => {
    const next = steps.toSpliced(i, 1);
    const [moved] = steps.slice(i, i + 1);
    if (moved !== undefined) onChange(next.toSpliced(i + by, 0, moved));
  };
  const numbers = steps.map((_, i) => first + countSteps(steps.slice(0, i)));
  return (
    <Stack gap="sm" component="ol" className="scenario-steps">
      {steps.map((step, i) => (
        <li key={numbers[i]} id={`step-${numbers[i]}`} tabIndex={-1}>
          <StepCard
            {...props}
            step={step}
            number={numbers[i] ?? 0}
            onChange={(next) => set(i, next)}
            actions={
              isDisabled ? null : (
                <StepActions
                  number={(numbers[i] ?? 0) + 1}
                  isFirst={i === 0}
                  isLast={i === steps.length - 1}
                  onMove={(by) => move(i, by)}
                  onRemove={() => onChange(steps.toSpliced(i, 1))}
                />
              )
            }
          />
        </li>
      ))}
      {!isDisabled && (
        <li>
          <Menu position="bottom-start">
            <Menu.Target>
              <Button variant="light" leftSection={<IconPlus size={16} aria-hidden />}>
                {t('addStep')}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {stepKinds.map((kind) => (
                <Menu.Item key={kind} onClick={() => onChange([...steps, blankStep(kind)])}>
                  {t(`steps.${kind}`)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        </li>
      )}
    </Stack>
  );
}

interface StepActionsProps {
  /** As people count. */
  readonly number: number;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly onMove: (by: 1 | -1) => void;
  readonly onRemove: () => void;
}

function StepActions({ number, isFirst, isLast, onMove, onRemove }: StepActionsProps) {
  const { t } = useTranslation('scenario');
  return (
    <Group gap={2} wrap="nowrap">
      <ActionIcon
        variant="subtle"
        color="gray"
        disabled={isFirst}
        aria-label={t('stepUp', { number: number })}
        onClick={() => onMove(-1)}
      >
        <IconArrowUp size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        disabled={isLast}
        aria-label={t('stepDown', { number: number })}
        onClick={() => onMove(1)}
      >
        <IconArrowDown size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t('removeStep', { number: number })}
        onClick={onRemove}
      >
        <IconTrash size={16} aria-hidden />
      </ActionIcon>
    </Group>
  );
}

interface StepCardProps extends Omit<StepListProps, 'steps' | 'onChange' | 'first'> {
  readonly step: StepJson;
  readonly number: number;
  readonly onChange: (step: StepJson) => void;
  readonly actions: React.ReactNode;
}

function StepCard({ step, number, onChange, actions, ...shared }: StepCardProps) {
  const { t } = useTranslation('scenario');
  const { people } = shared;
  return (
    <Paper withBorder p="sm">
      <Stack gap="xs">
        <Group justify="space-between" wrap="nowrap">
          <Group gap="xs">
            <Text fw={600} size="sm">
              {t('step', { number: number + 1, kind: t(`steps.${kindOfStep(step)}`) })}
            </Text>
            {people !== null && (
              <Badge variant="default" tt="none">
                {t('people', { count: people.get(number) ?? 0 })}
              </Badge>
            )}
          </Group>
          {actions}
        </Group>
        <StepForm step={step} number={number} onChange={onChange} {...shared} />
      </Stack>
    </Paper>
  );
}

function StepForm({
  step,
  number,
  onChange,
  ...shared
}: Omit<StepCardProps, 'actions'>): React.ReactNode {
  const { t } = useTranslation('scenario');
  const { offer, isDisabled } = shared;
  if (step === 'exit') return <Text size="sm">{t('exitHelp')}</Text>;
  if ('wait' in step) {
    return (
      <DurationField
        label={t('steps.wait')}
        value={step.wait}
        onChange={(wait) => onChange({ wait })}
        isDisabled={isDisabled}
      />
    );
  }
  if ('filter' in step) {
    return (
      <RuleField
        label={t('filterWho')}
        rule={step.filter}
        onChange={(filter) => onChange({ filter })}
        offer={offer}
        isDisabled={isDisabled}
      />
    );
  }
  if ('branch' in step) {
    return (
      <BranchForm
        branch={step.branch}
        number={number}
        onChange={(branch) => onChange({ branch })}
        {...shared}
      />
    );
  }
  const kind = 'add' in step ? 'add' : 'remove';
  const name = 'add' in step ? step.add : step.remove;
  return (
    <Select
      label={t(`steps.${kind}`)}
      description={t('audienceHelp')}
      searchable
      disabled={isDisabled}
      value={name === '' ? null : name}
      data={[...new Set(name === '' ? offer.audiences : [...offer.audiences, name])]}
      onChange={(chosen) =>
        onChange(kind === 'add' ? { add: chosen ?? '' } : { remove: chosen ?? '' })
      }
    />
  );
}

interface BranchFormProps extends Omit<StepListProps, 'steps' | 'onChange' | 'first'> {
  readonly branch: BranchJson;
  readonly number: number;
  readonly onChange: (branch: BranchJson) => void;
}

function BranchForm({ branch, number, onChange, ...shared }: BranchFormProps) {
  const { t } = useTranslation('scenario');
  const { yes = [], no = [] } = branch;
  const firsts = { yes: number + 1, no: number + 1 + countSteps(yes) };
  return (
    <Stack gap="sm">
      <RuleField
        label={t('branchIf')}
        rule={branch.if}
        onChange={(rule) => onChange({ ...branch, if: rule })}
        offer={shared.offer}
        isDisabled={shared.isDisabled}
      />
      {(['yes', 'no'] as const).map((answer) => (
        <Stack key={answer} gap="xs" role="group" aria-label={t(answer)}>
          <Text size="sm" fw={600}>
            {t(answer)}
          </Text>
          <StepList
            {...shared}
            steps={answer === 'yes' ? yes : no}
            first={firsts[answer]}
            onChange={(next) => onChange({ ...branch, [answer]: next })}
          />
        </Stack>
      ))}
      <Text size="xs" c="dimmed">
        {t('branchGoesOn', { number: number + sizeOf({ branch }) + 1 })}
      </Text>
    </Stack>
  );
}
