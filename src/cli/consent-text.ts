import { count } from '#http/words.ts';
import { people } from './words.ts';

/** Why consent keeps somebody out, as a few words. */
export const refusalWords: Readonly<Record<string, string>> = {
  no: 'said no',
  saleSharing: 'refused sale and sharing',
  unknown: 'unknown, and the database asks for a yes',
  category: 'no yes to what the integration asks for',
};

/** How many people consent keeps out, and why; null: nobody. */
export function noConsentText(heldBack: {
  readonly noConsent: number;
  readonly noConsentBy: Readonly<Record<string, number>>;
}): string | null {
  if (heldBack.noConsent === 0) return null;
  const reasons = Object.entries(heldBack.noConsentBy);
  if (reasons.length === 1 && reasons[0]?.[0] === 'no') return people(heldBack.noConsent);
  const words = reasons.map(([why, number]) => `${refusalWords[why] ?? why}: ${count(number)}`);
  return [people(heldBack.noConsent), ...words].join('; ');
}
