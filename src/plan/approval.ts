import type { ApprovalLimits } from '#store/approvals.ts';
import type { DifferenceCounts } from '#store/difference.ts';

/** Whether a plan is too large for one person alone. */
export interface ApprovalVerdict extends ApprovalLimits {
  readonly needed: boolean;
  /** Who would join, leave or change, and of them who would leave; whom somebody took out by typing it is not counted. */
  readonly people: number;
  readonly removes: number;
}

export function judgeSize(
  {
    adds,
    removes,
    updates,
    typed,
  }: Pick<DifferenceCounts, 'adds' | 'removes' | 'updates' | 'typed'>,
  limits: ApprovalLimits,
): ApprovalVerdict {
  const leaving = removes - typed;
  const people = adds + leaving + updates;
  const { peopleAtMost, removalsAtMost } = limits;
  const needed =
    (peopleAtMost !== null && people > peopleAtMost) ||
    (removalsAtMost !== null && leaving > removalsAtMost);
  return { needed, people, removes: leaving, peopleAtMost, removalsAtMost };
}

/** Why, in words: what was measured and the limit. */
export function approvalWords({
  people,
  removes,
  peopleAtMost,
  removalsAtMost,
}: ApprovalVerdict): string {
  const words = [
    ...(peopleAtMost !== null && people > peopleAtMost
      ? [`it concerns ${count(people)} people; one person alone may send ${count(peopleAtMost)}`]
      : []),
    ...(removalsAtMost !== null && removes > removalsAtMost
      ? [
          `${count(removes)} people would leave; one person alone may remove ${count(removalsAtMost)}`,
        ]
      : []),
  ];
  return words.join(', and ');
}

const count = (value: number) => new Intl.NumberFormat('en-US').format(value);
