import type { Audience } from '../api/audiences.ts';
import type { RuleNode } from '../rule-builder/rule-query.ts';
import { blankHand, type Hand, hasTooMany, isBlank, ruleOfHand } from './hand.ts';

export const ways = ['rule', 'hand', 'automation', 'scenario', 'events'] as const;
export type Way = (typeof ways)[number];

/** Where people come from, as Meta asks for it. */
export const customerFileSources = [
  ...(['USER_PROVIDED_ONLY', 'PARTNER_PROVIDED_ONLY', 'BOTH_USER_AND_PARTNER_PROVIDED'] as const),
] as const;

/** What somebody is making of an audience; kept in the tab until it is saved (kept-drafts.ts). */
export interface Draft {
  readonly integrationId: string | null;
  readonly name: string;
  readonly description: string;
  readonly optOutLink: string;
  /** `act_…`; empty: that of the integration. */
  readonly adAccount: string;
  readonly folder: string;
  readonly labels: readonly string[];
  readonly metaAudienceId: string | null;
  readonly customerFileSource: (typeof customerFileSources)[number];
  readonly valueBased: boolean;
  readonly connector: boolean;
  readonly way: Way;
  /** Null while it is not finished. */
  readonly rule: RuleNode | null;
  readonly ruleMode: 'match' | 'add' | 'remove';
  readonly ruleDaily: boolean;
  readonly automation: RuleNode | null;
  readonly hand: Hand;
}

export const blankDraft: Draft = {
  integrationId: null,
  name: '',
  description: '',
  optOutLink: '',
  adAccount: '',
  folder: '',
  labels: [],
  metaAudienceId: null,
  customerFileSource: 'USER_PROVIDED_ONLY',
  valueBased: false,
  connector: false,
  way: 'rule',
  rule: null,
  ruleMode: 'match',
  ruleDaily: false,
  automation: { preset: 'added', do: 'add' },
  hand: blankHand,
};

export function draftOf(audience: Audience): Draft {
  return {
    integrationId: audience.integrationId,
    name: audience.name,
    description: audience.description,
    optOutLink: audience.optOutLink ?? '',
    adAccount: audience.adAccount ?? '',
    folder: audience.folder ?? '',
    labels: audience.labels,
    metaAudienceId: audience.metaAudienceId,
    customerFileSource: audience.customerFileSource as Draft['customerFileSource'],
    valueBased: audience.valueBased,
    connector: audience.connector,
    way: audience.way,
    rule: audience.rule,
    ruleMode: audience.ruleMode,
    ruleDaily: audience.ruleDaily,
    automation: blankDraft.automation,
    hand: blankHand,
  };
}

export type DraftProblem =
  | 'nameMissing'
  | 'ruleMissing'
  | 'automationMissing'
  | 'linkWrong'
  | 'handRuleMissing'
  | 'handTooMany';

/** What stands in the way of saving. */
export function problemsOf(draft: Draft): readonly DraftProblem[] {
  const { name, way, rule, automation, optOutLink, hand } = draft;
  const isHand = way === 'hand';
  return [
    ...(name.trim() === '' ? (['nameMissing'] as const) : []),
    ...(way === 'rule' && rule === null ? (['ruleMissing'] as const) : []),
    ...(way === 'automation' && automation === null ? (['automationMissing'] as const) : []),
    ...(isHand && hand.keepUpdated && ruleOfHand(hand) === null
      ? (['handRuleMissing'] as const)
      : []),
    ...(isHand && hasTooMany(hand) ? (['handTooMany'] as const) : []),
    ...(optOutLink !== '' && !/^https?:\/\/\S+$/.test(optOutLink) ? (['linkWrong'] as const) : []),
  ];
}

/** Whoever is kept true by itself is filled by a rule (features.md P-04). */
function wayOf({ way, hand }: Draft): Way {
  return way === 'hand' && hand.keepUpdated ? 'rule' : way;
}

/** People to be put in and taken out with this save, or null. */
export function handEditOf({ way, hand }: Draft): Hand | null {
  return way === 'hand' && !hand.keepUpdated && !isBlank(hand) ? hand : null;
}

export function fillingOf(draft: Draft) {
  const { way, rule, ruleMode, ruleDaily, automation, hand } = draft;
  const kept = way === 'hand' && hand.keepUpdated ? ruleOfHand(hand) : null;
  if (kept !== null) return { way: 'rule' as const, rule: kept };
  return {
    way,
    ...(way === 'rule' && rule !== null ? { rule, ruleMode, ruleDaily } : {}),
    ...(way === 'automation' && automation !== null ? { automation } : {}),
  };
}

/** Names, descriptions and the like as the API takes them. */
function wordsOf({ description, optOutLink, folder, labels }: Draft) {
  return {
    description,
    optOutLink: optOutLink === '' ? null : optOutLink,
    folder: folder === '' ? null : folder,
    labels: [...labels],
  };
}

export function creationOf(draft: Draft) {
  const { name, integrationId, adAccount, metaAudienceId } = draft;
  const { customerFileSource, valueBased, connector } = draft;
  return {
    ...{ name, customerFileSource, valueBased, connector },
    ...(integrationId === null ? {} : { integrationId }),
    ...fillingOf(draft),
    ...wordsOf(draft),
    adAccount: adAccount === '' ? null : adAccount,
    metaAudienceId,
  };
}

/** What differs from what is saved, as an edit takes it; the way and the name have requests of their own. */
export function editOf(draft: Draft, saved: Draft) {
  const [before, after] = [wordsOf(saved), wordsOf(draft)];
  const changed = Object.entries(after).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key as keyof typeof before]),
  );
  const isOtherRule =
    draft.way === 'rule' &&
    saved.way === 'rule' &&
    draft.rule !== null &&
    JSON.stringify(draft.rule) !== JSON.stringify(saved.rule);
  return {
    ...(Object.fromEntries(changed) as Partial<typeof after>),
    ...(draft.adAccount === saved.adAccount
      ? {}
      : { adAccount: draft.adAccount === '' ? null : draft.adAccount }),
    ...(isOtherRule && draft.rule !== null ? { rule: draft.rule } : {}),
    ...(draft.integrationId !== null && draft.integrationId !== saved.integrationId
      ? { integrationId: draft.integrationId }
      : {}),
  };
}

/** Whether it is filled otherwise than before: that asks what becomes of who is in it. */
export function isOtherWay(draft: Draft, saved: Draft): boolean {
  if (wayOf(draft) !== saved.way) return true;
  return (
    draft.way === 'rule' &&
    (draft.ruleMode !== saved.ruleMode || draft.ruleDaily !== saved.ruleDaily)
  );
}
