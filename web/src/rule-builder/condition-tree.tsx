import { ActionIcon, Button, Group, NativeSelect, Paper, Stack, Switch } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconCopy, IconPlus, IconTrash } from '@tabler/icons-react';
import { createContext, use, useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type Path,
  type QueryActions,
  QueryBuilder,
  type RuleGroupProps,
  type RuleGroupType,
  type RuleProps,
} from 'react-querybuilder';
import type { ConditionProps } from './conditions.tsx';
import {
  type ConditionGroup,
  conditionField,
  conditionOperator,
  conditionRule,
  type RuleNode,
} from './rule-query.ts';

interface TreeProps {
  /** What the whole is called for who does not see it. */
  readonly label: string;
  readonly group: ConditionGroup;
  readonly onChange: (group: ConditionGroup) => void;
  /** The form of one condition. */
  readonly Condition: (props: ConditionProps) => ReactNode;
  /** What a new condition is. */
  readonly blank: RuleNode;
}

const TreeContext = createContext<Pick<TreeProps, 'Condition' | 'blank' | 'label'> | null>(null);

const fields = [{ name: conditionField, value: conditionField, label: conditionField }];
const operators = [{ name: conditionOperator, value: conditionOperator, label: conditionOperator }];

/** Conditions in groups in groups; react-querybuilder keeps the tree, all that is seen is ours. */
export function ConditionTree({ label, group, onChange, Condition, blank }: TreeProps) {
  const context = useMemo(() => ({ Condition, blank, label }), [Condition, blank, label]);
  return (
    <TreeContext value={context}>
      <div ref={withoutForm}>
        <QueryBuilder
          // Its own types want mutable lists.
          query={group as unknown as RuleGroupType}
          onQueryChange={(query) => onChange(query as unknown as ConditionGroup)}
          fields={fields}
          operators={operators}
          controlElements={controls}
          enableMountQueryChange={false}
        />
      </div>
    </TreeContext>
  );
}

/** Its frame calls itself a form without a name, once a tree; the group inside has role and name. */
function withoutForm(frame: HTMLElement | null): void {
  frame?.firstElementChild?.setAttribute('role', 'presentation');
}

const controls = { rule: ConditionRow, ruleGroup: GroupBox };

function useTree(): Pick<TreeProps, 'Condition' | 'blank' | 'label'> {
  const tree = use(TreeContext);
  if (tree === null) throw new Error('Broken invariant: a condition stands in a tree');
  return tree;
}

function GroupBox(props: RuleGroupProps) {
  const { t } = useTranslation('rule');
  const { label } = useTree();
  const { path, actions } = props;
  const group = props.ruleGroup as unknown as ConditionGroup;
  const place = placeOf(path);
  const named = path.length === 0 ? label : t('group', { place });
  return (
    <Paper withBorder p="sm" radius="md" role="group" aria-label={named} className="rule-group">
      <Stack gap="sm">
        <Group gap="sm" justify="space-between">
          <Group gap="sm">
            <NativeSelect
              aria-label={t('combinator', { group: named })}
              value={group.combinator}
              data={[
                { value: 'all', label: t('all') },
                { value: 'any', label: t('any') },
              ]}
              onChange={(event) =>
                actions.onPropChange('combinator', event.currentTarget.value, path)
              }
            />
            <Switch
              label={t('notGroup')}
              checked={group.not === true}
              onChange={(event) => actions.onPropChange('not', event.currentTarget.checked, path)}
            />
          </Group>
          {path.length > 0 && (
            <RowActions path={path} actions={actions} of={named} {...ends(props)} />
          )}
        </Group>
        {group.rules.map((part, i) => {
          const shared = {
            schema: props.schema,
            actions,
            translations: props.translations,
            path: [...path, i],
            shiftUpDisabled: path.length === 0 && i === 0,
            shiftDownDisabled: path.length === 0 && i === group.rules.length - 1,
          };
          return 'rules' in part ? (
            <GroupBox key={part.id ?? i} {...shared} ruleGroup={part as unknown as RuleGroupType} />
          ) : (
            <ConditionRow key={part.id ?? i} {...shared} rule={part} />
          );
        })}
        <GroupAdders path={path} actions={actions} />
      </Stack>
    </Paper>
  );
}

function GroupAdders({ path, actions }: { readonly path: Path; readonly actions: QueryActions }) {
  const { t } = useTranslation('rule');
  const { blank } = useTree();
  return (
    <Group gap="xs">
      <Button
        variant="light"
        size="compact-md"
        leftSection={<IconPlus size={16} aria-hidden />}
        onClick={() => actions.onRuleAdd({ ...conditionRule(blank) }, path)}
      >
        {t('addCondition')}
      </Button>
      <Button
        variant="subtle"
        size="compact-md"
        leftSection={<IconPlus size={16} aria-hidden />}
        onClick={() =>
          actions.onGroupAdd({ combinator: 'any', rules: [{ ...conditionRule(blank) }] }, path)
        }
      >
        {t('addGroup')}
      </Button>
    </Group>
  );
}

function ConditionRow(props: RuleProps) {
  const { t } = useTranslation('rule');
  const { Condition } = useTree();
  const { path, actions } = props;
  const given = props.rule.value as RuleNode;
  const isNot = 'not' in given;
  const node = isNot ? (given['not'] as RuleNode) : given;
  const named = t('condition', { place: placeOf(path) });
  const change = (next: RuleNode, not: boolean): void =>
    actions.onPropChange('value', not ? { not: next } : next, path);
  return (
    <Group
      role="group"
      aria-label={named}
      gap="xs"
      align="flex-start"
      justify="space-between"
      className="rule-row"
    >
      <Group gap="xs" align="flex-start" className="rule-row-fields">
        <Switch
          className="rule-not"
          label={t('not')}
          checked={isNot}
          onChange={(event) => change(node, event.currentTarget.checked)}
        />
        <Condition node={node} onChange={(next) => change(next, isNot)} />
      </Group>
      <RowActions path={path} actions={actions} of={named} {...ends(props)} />
    </Group>
  );
}

interface RowActionsProps {
  readonly path: Path;
  readonly actions: QueryActions;
  /** What they act on, for a screen reader. */
  readonly of: string;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** Moving by buttons and not by dragging alone: the keyboard can do all that a mouse can. */
function RowActions({ path, actions, of, isFirst, isLast }: RowActionsProps) {
  const { t } = useTranslation('rule');
  const last = path.at(-1) ?? 0;
  const all = [
    { key: 'up', Icon: IconArrowUp, off: isFirst, act: () => actions.moveRule(path, 'up') },
    { key: 'down', Icon: IconArrowDown, off: isLast, act: () => actions.moveRule(path, 'down') },
    {
      key: 'copy',
      Icon: IconCopy,
      off: false,
      act: () => actions.moveRule(path, [...path.slice(0, -1), last + 1], true),
    },
    { key: 'remove', Icon: IconTrash, off: false, act: () => actions.onRuleRemove(path) },
  ] as const;
  return (
    <Group gap={2} wrap="nowrap">
      {all.map(({ key, Icon, off, act }) => (
        <ActionIcon
          key={key}
          variant="subtle"
          color="gray"
          disabled={off}
          aria-label={t(`actions.${key}`, { of })}
          title={t(`actions.${key}`, { of })}
          onClick={act}
        >
          <Icon size={16} aria-hidden />
        </ActionIcon>
      ))}
    </Group>
  );
}

function ends(props: { shiftUpDisabled?: boolean; shiftDownDisabled?: boolean }): {
  isFirst: boolean;
  isLast: boolean;
} {
  return { isFirst: props.shiftUpDisabled === true, isLast: props.shiftDownDisabled === true };
}

/** As people count: 2.1 is the first part of the second. */
function placeOf(path: Path): string {
  return path.map((index) => index + 1).join('.');
}
