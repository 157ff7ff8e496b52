import { type CategoryConsent, type Consents, MARKETING } from '#domain/consent.ts';
import type { ConsentPart } from './aliases.ts';
import { readConsent, strictestConsent } from './consent.ts';

/** What a source says of categories; null: it is known to say nothing of this one. */
export type SaidConsents = Readonly<Record<string, Partial<CategoryConsent> | null>>;

/**
 * One record's answers, by category. Several parts of one category: a no wins, then a yes. Without an
 * answer there is nothing to go with it, but for marketing, whose answer is kept apart.
 */
export function readSaid<C>(
  parts: readonly (ConsentPart & { readonly column: C })[],
  cellOf: (column: C) => string,
): SaidConsents {
  const said = new Map<string, { given: boolean | null; details: Partial<CategoryConsent> }>();
  for (const { category, part, column } of parts) {
    const known = said.get(category) ?? { given: null, details: {} };
    const cell = cellOf(column).trim();
    const answer = answerOf(part, cell);
    if (answer !== undefined) known.given = strictestConsent(known.given, answer);
    else if (cell !== '') known.details = { ...known.details, [part]: cell };
    said.set(category, known);
  }
  return Object.fromEntries(
    [...said].map(([category, { given, details }]) => {
      if (category === MARKETING) {
        return [category, Object.keys(details).length === 0 ? null : details];
      }
      return [category, given === null ? null : { given, ...details }];
    }),
  );
}

/** What is held with what a source says over it; the database's merged_consents() does the same. */
export function mergedConsents(held: Consents | null, said: SaidConsents): Consents | null {
  const merged = Object.entries({ ...held, ...said }).filter(([, one]) => one !== null);
  return merged.length === 0 ? null : (Object.fromEntries(merged) as Consents);
}

/** Undefined: the part is none that answers. */
function answerOf(part: ConsentPart['part'], cell: string): boolean | null | undefined {
  if (part === 'given') return readConsent(cell).consent;
  // No signal is no consent.
  if (part === 'optOut') {
    const { consent, isUnreadable } = readConsent(cell);
    return consent === true || isUnreadable ? false : null;
  }
  return part === 'usPrivacy' ? readUsPrivacy(cell) : undefined;
}

/**
 * Version, notice, opt-out of sale, covered: 1YNN (IAB's US Privacy String,
 * https://github.com/InteractiveAdvertisingBureau/USPrivacy, read 2026-11-22). Whatever cannot be read
 * may be an opt-out.
 */
function readUsPrivacy(cell: string): boolean | null {
  if (cell === '') return null;
  const optedOut = /^\d[YN-]([YN-])[YN-]$/i.exec(cell)?.[1]?.toUpperCase();
  return optedOut === 'N' || optedOut === '-' ? null : false;
}

/** What a column says about consent, in words: consent to newsletter, its basis. */
export function consentWords({ category, part }: ConsentPart): string {
  const to = `consent to ${category}`;
  return part === 'given'
    ? to
    : part === 'optOut' || part === 'usPrivacy'
      ? `no ${to}`
      : `${to}, ${part}`;
}
