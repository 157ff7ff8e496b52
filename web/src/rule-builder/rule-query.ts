/**
 * Between a rule (docs/rules.md) and the tree that react-querybuilder edits. There and back nothing
 * changes, so that who opens an audience and saves it has not given it another rule.
 */

/** A rule's JSON; what stands under a key is for the API to judge. */
export type RuleNode = Readonly<Record<string, unknown>>;

/** One condition, or its opposite; its field and operator are react-querybuilder's, and always these. */
export interface ConditionRule {
  readonly id?: string;
  readonly field: typeof conditionField;
  readonly operator: typeof conditionOperator;
  readonly value: RuleNode;
}

export interface ConditionGroup {
  readonly id?: string;
  readonly combinator: Combinator;
  readonly not?: boolean;
  /** The rule had no group around its only child, and gets none while it has no second. */
  readonly bare?: boolean;
  readonly rules: readonly (ConditionGroup | ConditionRule)[];
}

export type Combinator = 'all' | 'any';

export const conditionField = 'condition';
export const conditionOperator = 'holds';

/** A rule's outermost layer: who is in, who is not, and what is cut off. */
export interface Selection {
  readonly include: ConditionGroup;
  readonly exclude: ConditionGroup | null;
  readonly invert: boolean | null;
  readonly limit: Limit | null;
  /** It was written as `{"include": …}`, even if nothing else stands beside it. */
  readonly explicit: boolean;
}

export interface Limit {
  readonly count?: number;
  readonly percent?: number;
  readonly by?: { readonly trait: string; readonly order: 'asc' | 'desc' };
}

export const emptyGroup: ConditionGroup = { combinator: 'all', rules: [] };

export const emptySelection: Selection = {
  include: emptyGroup,
  exclude: null,
  invert: null,
  limit: null,
  explicit: false,
};

export function selectionOf(rule: RuleNode): Selection {
  if (!('include' in rule)) return { ...emptySelection, include: groupOf(rule) };
  return {
    include: groupOf(rule['include'] as RuleNode),
    exclude: rule['exclude'] === undefined ? null : groupOf(rule['exclude'] as RuleNode),
    invert: (rule['invert'] as boolean | undefined) ?? null,
    limit: (rule['limit'] as Limit | undefined) ?? null,
    explicit: true,
  };
}

/** Null while it is no rule: a group of nothing would be everybody. */
export function ruleOf(selection: Selection): RuleNode | null {
  const include = ruleOfGroup(selection.include);
  const exclude = selection.exclude === null ? undefined : ruleOfGroup(selection.exclude);
  if (include === null || exclude === null) return null;
  const { invert, limit, explicit } = selection;
  if (!explicit && exclude === undefined && invert === null && limit === null) return include;
  return {
    include,
    ...(exclude === undefined ? {} : { exclude }),
    ...(invert === null ? {} : { invert }),
    ...(limit === null ? {} : { limit }),
  };
}

/** The tree for any condition: a single one gets a group around it, because an editor needs a root. */
export function groupOf(rule: RuleNode): ConditionGroup {
  const part = partOf(rule);
  return 'rules' in part ? part : { combinator: 'all', bare: true, rules: [part] };
}

export function ruleOfGroup(group: ConditionGroup): RuleNode | null {
  const parts = group.rules.map((part) => ('rules' in part ? ruleOfGroup(part) : part.value));
  const whole = parts.filter((part) => part !== null);
  const [only] = whole;
  if (only === undefined || whole.length < parts.length) return null;
  const said = group.bare === true && whole.length === 1 ? only : { [group.combinator]: whole };
  return group.not === true ? { not: said } : said;
}

function partOf(rule: RuleNode): ConditionGroup | ConditionRule {
  for (const combinator of ['all', 'any'] as const) {
    const parts = rule[combinator];
    if (Array.isArray(parts)) return { combinator, rules: parts.map(partOf) };
  }
  const inner = rule['not'] as RuleNode | undefined;
  if (inner === undefined || isCondition(inner)) return conditionRule(rule);
  const part = partOf(inner);
  return 'rules' in part && part.not !== true
    ? { ...part, not: true }
    : { combinator: 'all', not: true, bare: true, rules: [part] };
}

export function conditionRule(value: RuleNode): ConditionRule {
  return { field: conditionField, operator: conditionOperator, value };
}

function isCondition(rule: RuleNode): boolean {
  return !['all', 'any', 'not'].some((key) => key in rule);
}
