import { keyOfField } from '#sources/aliases.ts';
import type { ComputedTrait } from '#store/computed-traits.ts';
import type { IdentifierField } from '#domain/identifier-keys.ts';

/** A computed trait as --json prints it. */
export function traitDocument(trait: ComputedTrait) {
  const { name, database, event, property, days } = trait;
  return { name, database, event, function: trait.function, property, days, as: keyOf(trait) };
}

function keyOf({ field }: ComputedTrait): string | null {
  return field === null ? null : keyOfField(field as IdentifierField);
}

/** Behind “it is”. */
export function computedWords(trait: ComputedTrait): string {
  const { event, property, days } = trait;
  const of = `“${event}”`;
  const what = {
    count:
      property === null
        ? `how many ${of} there were`
        : `how many ${of} with ${property} there were`,
    sum: `the sum of ${property} over ${of}`,
    average: `the average of ${property} over ${of}`,
    first: `${property} of the first ${of}`,
    last: `${property} of the last ${of}`,
    most_frequent: `the most frequent ${property} of ${of}`,
  }[trait.function];
  const window = days === null ? '' : `, of the last ${days} days`;
  const key = keyOf(trait);
  return `${what}${window}${key === null ? '' : `, and feeds ${key}`}`;
}
