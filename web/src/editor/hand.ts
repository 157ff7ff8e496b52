import type { RuleNode } from '../rule-builder/rule-query.ts';

/** The API takes so many ids, and so many addresses, at once. */
const NAMES_MAX = 10_000;

/** Some people: named, found by a rule, or both. */
export interface Side {
  /** External ids and e-mail addresses, one a line or parted by commas. */
  readonly names: string;
  readonly rule: RuleNode | null;
}

/** A change by hand that is not saved yet. */
export interface Hand {
  readonly include: Side;
  readonly exclude: Side;
  /** Kept true by itself from now on, in place of once. */
  readonly keepUpdated: boolean;
}

const nobody: Side = { names: '', rule: null };
export const blankHand: Hand = { include: nobody, exclude: nobody, keepUpdated: false };

/** A rule that holds for all people: whoever has the trait, and whoever lacks it. */
export const everybody: RuleNode = {
  any: [
    { trait: 'email', op: 'exists' },
    { trait: 'email', op: 'missing' },
  ],
};

/** As the API takes one side. */
export function whomOf({ names, rule }: Side) {
  const all = [...new Set(names.split(/[\n,;]/).map((name) => name.trim()))].filter(
    (name) => name !== '',
  );
  return {
    ids: all.filter((name) => !name.includes('@')),
    emails: all.filter((name) => name.includes('@')),
    rules: rule === null ? [] : [rule],
  };
}

export const editOfHand = ({ include, exclude }: Hand) => ({
  include: whomOf(include),
  exclude: whomOf(exclude),
});

export const isBlank = ({ include, exclude }: Hand): boolean =>
  [include, exclude].every(({ names, rule }) => names.trim() === '' && rule === null);

export function hasTooMany(hand: Hand): boolean {
  return [hand.include, hand.exclude]
    .map(whomOf)
    .some(({ ids, emails }) => ids.length > NAMES_MAX || emails.length > NAMES_MAX);
}

/** What keeps the same people true by itself; null where there is nothing to keep true. Names are no rule. */
export function ruleOfHand({ include, exclude }: Hand): RuleNode | null {
  if (include.rule === null) return null;
  return exclude.rule === null ? include.rule : { all: [include.rule, { not: exclude.rule }] };
}

const heads = new Set([
  ...['external_id', 'externalid', 'user_id', 'userid', 'customer_id', 'contact_id', 'id'],
  ...['email', 'e-mail', 'e_mail', 'mail', 'email_address'],
]);

/** The column of a CSV file that names people: by its head, or else the first. */
export function namesInCsv(text: string): readonly string[] {
  const rows = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => line.split(/[,;\t]/).map((cell) => cell.trim().replaceAll('"', '')));
  const first = rows[0] ?? [];
  const named = first.findIndex((cell) => heads.has(cell.toLowerCase()));
  return (named === -1 ? rows : rows.slice(1)).map((row) => row[Math.max(named, 0)] ?? '');
}
