import { createContext, useContext } from 'react';

/** What a rule may ask about in one database: names are suggested, and others may be typed. */
export interface RuleOffer {
  readonly traits: readonly string[];
  readonly events: readonly { readonly name: string; readonly properties: readonly string[] }[];
  readonly audiences: readonly string[];
}

export const OfferContext = createContext<RuleOffer>({ traits: [], events: [], audiences: [] });

export function useOffer(): RuleOffer {
  return useContext(OfferContext);
}
