/** What somebody said about one category, and how we know. All but `given` only where it was told. */
export interface CategoryConsent {
  readonly given: boolean;
  /** On what it rests, in the company's own words: consent, contract, legitimate interest … */
  readonly basis?: string;
  readonly source?: string;
  /** As it was told, or ISO 8601. */
  readonly at?: string;
  readonly proof?: string;
  /** Said to us, not to a source of ours: only the same way takes it back. */
  readonly direct?: true;
}

/** By category. Of `marketing` only what goes with it: its answer is kept apart. */
export type Consents = Readonly<Record<string, Partial<CategoryConsent>>>;

/** Selling or sharing data: what a Global Privacy Control signal and the laws of California refuse. */
export const SALE_SHARING = 'sale_sharing';

/** Consent to marketing as such, which every send needs. */
export const MARKETING = 'marketing';

/** What has to be so before somebody is sent. */
export interface ConsentRule {
  /** A person whose consent to marketing is unknown may be sent (features.md §9 Q-9). */
  readonly unknownPasses: boolean;
  /** Categories that the person must have said yes to; not having said anything is a no. */
  readonly required: readonly string[];
}

/** Why somebody is not sent. */
export type ConsentRefusal = 'no' | 'saleSharing' | 'unknown' | 'category';

/** The same in words that go on: they …, nothing …, the integration … */
export const refusalSentences: Readonly<Record<ConsentRefusal, string>> = {
  no: 'they said no to marketing',
  saleSharing: 'they said no to the sale and sharing of their data',
  unknown: 'nothing is known of their consent, and the database asks for a yes',
  category: 'the integration asks for consent that is missing',
};

/** What is known of one person. */
export interface Said {
  readonly consent: boolean | null;
  readonly consents: Consents | null;
}

/** Whether somebody may be sent: null, or why not. The database's consent_verdict() says the same. */
export function consentVerdict(
  { consent, consents }: Said,
  rule: ConsentRule,
): ConsentRefusal | null {
  if (consent === false) return 'no';
  if (givenTo(consents, SALE_SHARING) === false) return 'saleSharing';
  if (consent === null && !rule.unknownPasses) return 'unknown';
  return missingCategories(consents, rule).length > 0 ? 'category' : null;
}

/** Of the required categories those that were not said yes to. */
export function missingCategories(consents: Consents | null, { required }: ConsentRule): string[] {
  return required.filter((category) => givenTo(consents, category) !== true);
}

function givenTo(consents: Consents | null, category: string): boolean | undefined {
  return consents !== null && Object.hasOwn(consents, category)
    ? consents[category]?.given
    : undefined;
}
