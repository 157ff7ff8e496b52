import { createContext, useContext } from 'react';

/** What a rule may ask about in one database: names are suggested, and others may be typed. */
export interface RuleOffer {
  readonly databaseId: string;
  readonly traits: readonly string[];
  readonly events: readonly string[];
  readonly groupTraits: readonly string[];
  readonly audiences: readonly string[];
}

export const OfferContext = createContext<RuleOffer | null>(null);

export function useOffer(): RuleOffer {
  const offer = useContext(OfferContext);
  if (offer === null) throw new Error('Broken invariant: a rule is built inside of RuleBuilder');
  return offer;
}
