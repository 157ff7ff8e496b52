import { choiceNames, type Chosen, choices } from '#identifiers/setting.ts';
import { everyWords } from '#domain/every-words.ts';
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
      ...lines,
    ]),
  );
}
