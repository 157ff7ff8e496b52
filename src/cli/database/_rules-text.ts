import { choiceNames, type Chosen, choices } from '#identifiers/setting.ts';
import { everyWords } from '#domain/every-words.ts';
import { count } from '#http/words.ts';
import type { ApprovalLimits } from '#store/approvals.ts';
import { fields, indent } from '../layout.ts';
import { kebab } from '../normalising-options.ts';

/** What becomes of people whose consent to marketing is unknown. */
export type UnknownConsent = 'passes' | 'blocks';

/** How the values of a database are read; what was chosen stands out from the defaults. */
export function rulesText(rules: {
  readonly defaultCountry: string | null;
  readonly normalising: Chosen;
  readonly expectedEveryMinutes: number | null;
  readonly unknownConsent: UnknownConsent;
  readonly approval: ApprovalLimits;
}): string {
  const lines = choiceNames.map((name): [string, string] => {
    const chosen = rules.normalising[name];
    return [kebab(name), chosen ?? `${choices[name][0]} (default)`];
  });
  const { expectedEveryMinutes: minutes } = rules;
  const expected = minutes === null ? 'nobody said' : `every ${everyWords(minutes)}`;
  return indent(
    fields([
      ['country', rules.defaultCountry ?? 'none'],
      ['unknown consent', rules.unknownConsent],
      ['people come in', expected],
      ['second person', secondPersonText(rules.approval)],
      ...lines,
    ]),
  );
}

function secondPersonText({ peopleAtMost, removalsAtMost }: ApprovalLimits): string {
  const parts = [
    ...(peopleAtMost === null ? [] : [`over ${count(peopleAtMost)} people`]),
    ...(removalsAtMost === null ? [] : [`over ${count(removalsAtMost)} removals`]),
  ];
  return parts.length === 0 ? 'never asked' : parts.join(', ');
}
