import { explainRule, explainTree } from '#audiences/explain.ts';
import { parseRule, type Rule, ruleVersion } from '#audiences/rule.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { Language } from '#domain/language.ts';
import { snakeCase } from '#domain/snake-case.ts';
import {
  type Audience,
  type Filling,
  findAudience,
  lockEvaluation,
  readAudience,
  type Way,
} from '#store/audiences.ts';
import type { Tx } from '#store/db.ts';
import { changeWay, makeRuleDue } from '#store/ways.ts';
import type { Selection } from './by-hand.ts';
import { evaluate, evaluateAudience } from './evaluate.ts';
import type { Muster } from './muster.ts';
import { refuseCycle } from './rule-references.ts';
import { addAutomation } from './scenarios.ts';

export interface WayOfFilling extends Filling {
  readonly way: Way;
  /** What its automation does, as it is written. */
  readonly automation?: unknown;
}

export const byHand: WayOfFilling = { way: 'hand', rule: null, ruleVersion: '' };

export const byScenario: WayOfFilling = { way: 'scenario', rule: null, ruleVersion: '' };

/** @throws MusterError SCENARIO_INVALID when it is used */
export function byAutomation(automation: unknown): WayOfFilling {
  return { way: 'automation', rule: null, ruleVersion: '', automation };
}

/** By a rule, in one of its modes. */
export function byRule(
  rule: Rule,
  how: Pick<Filling, 'ruleMode' | 'ruleDaily'> = {},
): WayOfFilling {
  return { way: 'rule', rule, ruleVersion: ruleVersion(rule), ...how };
}

/**
 * By calls with a property of the audience's name as it is now, once and for all: what senders were told
 * stays right. @throws MusterError USAGE
 */
export function byEvents(name: string): WayOfFilling {
  const eventKey = snakeCase(name);
  if (eventKey === '') {
    throw new MusterError('USAGE', 'a name without letters and digits makes no key');
  }
  const rule = parseRule({ trait: eventKey, op: 'equals', value: true });
  return { ...byRule(rule), way: 'events', eventKey };
}

/** What has to be done for an audience that was just made, or is filled in another way since just now. */
export async function beginFilling(
  tx: Tx,
  audience: Audience,
  { way, automation }: WayOfFilling,
): Promise<void> {
  if (way === 'automation') await addAutomation(tx, audience, automation);
  // Looked at once, it is followed from now on.
  if (way !== 'rule') await evaluate(tx, audience);
}

export interface WayReport {
  readonly audience: string;
  readonly way: Way;
  /** People who join and leave by it, and who are members then. */
  readonly joined: number;
  readonly left: number;
  readonly members: number;
  readonly dryRun: boolean;
}

/**
 * Fills an audience in another way from now on.
 * @param how.members what becomes of those who are in it; undefined is refused where there are any
 * @throws MusterError AUDIENCE_WAY_MEMBERS, AUDIENCE_DEACTIVATED, RULE_CYCLE
 */
export async function fillAnotherWay(
  muster: Muster,
  name: string,
  filling: WayOfFilling,
  how: { readonly members: 'keep' | 'drop' | undefined; readonly dryRun: boolean },
): Promise<WayReport> {
  const { id, databaseId } = await findAudience(muster.store, name);
  return await muster.store.tx(async (tx) => {
    if (filling.rule !== null)
      await refuseCycle(tx, databaseId, { name, rule: filling.rule as Rule });
    await lockEvaluation(tx, id);
    const before = await readAudience(tx, id);
    if (before.state === 'deactivated' || before.emptying) {
      throw new MusterError('AUDIENCE_DEACTIVATED', `“${name}”`);
    }
    if (how.members === undefined && before.memberCount > 0) {
      const measured = `“${name}” has ${before.memberCount} members`;
      throw new MusterError('AUDIENCE_WAY_MEMBERS', measured);
    }
    await tx.query('savepoint look');
    await changeWay(tx, id, filling, how.members ?? 'drop');
    if (filling.way === 'automation') await addAutomation(tx, before, filling.automation);
    const moved = await evaluate(tx, before);
    const { way, memberCount: members } = await readAudience(tx, id);
    if (how.dryRun) await tx.query('rollback to savepoint look');
    return { audience: name, way, ...moved, members, dryRun: how.dryRun };
  });
}

/**
 * A selection by hand that stays true: the audience is filled by the rule that says the same.
 * @throws MusterError USAGE when it names people one by one, AUDIENCE_OTHER_WAY
 */
export async function keepUpdated(
  muster: Muster,
  name: string,
  edit: { readonly include: Selection; readonly exclude: Selection },
  how: { readonly dryRun: boolean },
): Promise<WayReport> {
  const { way } = await findAudience(muster.store, name);
  if (way !== 'hand') throw new MusterError('AUDIENCE_OTHER_WAY', `“${name}” is filled by ${way}`);
  return await fillAnotherWay(muster, name, byRule(ruleOf(edit)), { members: 'drop', ...how });
}

/** The rule that finds whom a selection finds. */
function ruleOf({ include, exclude }: { include: Selection; exclude: Selection }): Rule {
  const [included, excluded] = [include, exclude].map(conditionsOf);
  if (included === undefined || included.length === 0) {
    throw new MusterError('USAGE', 'a selection that is kept updated has to include somebody');
  }
  const any = { any: included };
  const rule = excluded?.length ? { all: [any, { not: { any: excluded } }] } : any;
  return parseRule(rule);
}

function conditionsOf({ rules, ids, emails }: Selection): object[] {
  if (ids.length + emails.length > 0) {
    const measured = '--keep-updated takes rules: who is named stays named, and nothing changes';
    throw new MusterError('USAGE', measured);
  }
  return [...rules];
}

/** Applies the rule of an audience now, also one that is applied once a day. */
export async function applyRuleNow({ store }: Muster, name: string): Promise<WayReport> {
  const before = await findAudience(store, name);
  const { id, way } = before;
  if (before.rule === null) {
    throw new MusterError('AUDIENCE_OTHER_WAY', `“${name}” is filled by ${way}`);
  }
  await evaluateAudience(store, before);
  return await store.tx(async (tx) => {
    await lockEvaluation(tx, id);
    await makeRuleDue(tx, id);
    const moved = await evaluate(tx, before);
    const { memberCount: members } = await readAudience(tx, id);
    return { audience: name, way, ...moved, members, dryRun: false };
  });
}

const ruleWords = {
  match: '',
  add: 'It only adds: whoever is in it stays.',
  remove: 'It only removes: nobody joins by it.',
} as const;

type OtherWay = Exclude<Way, 'rule' | 'events'>;

const otherWays: Readonly<Record<Language, Readonly<Record<OtherWay, string>>>> = {
  en: {
    hand: 'whoever was put into it by hand',
    automation: 'whoever its automation put into it',
    scenario: 'whoever a scenario put into it',
  },
  de: {
    hand: 'wer von Hand hineingesetzt wurde',
    automation: 'wen die Automation hineingesetzt hat',
    scenario: 'wen ein Szenario hineingesetzt hat',
  },
};

type Filled = Pick<Audience, 'way' | 'rule' | 'ruleMode' | 'ruleDaily'>;

/** Who belongs, in a sentence. */
export function explainFilling({ way, rule }: Filled, language: Language = 'en'): string {
  return way === 'rule' || way === 'events'
    ? explainRule(parseRule(rule), language)
    : otherWays[language][way];
}

/** The same line by line, as a rule is drawn. */
export function explainFillingLines(filled: Filled): string[] {
  const { way, rule, ruleMode, ruleDaily } = filled;
  if (way !== 'rule' && way !== 'events') return [otherWays.en[way]];
  const daily = ruleDaily ? 'It is applied once a day.' : '';
  return [...explainTree(parseRule(rule)), ruleWords[ruleMode], daily].filter(
    (line) => line !== '',
  );
}
