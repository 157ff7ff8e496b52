import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { RuleOffer } from '../rule-builder/offer.ts';
import type { RuleNode } from '../rule-builder/rule-query.ts';
import { answered, api } from './client.ts';

/** What rules of one database may ask about. */
export const ruleOfferQuery = (databaseId: string) =>
  queryOptions({
    queryKey: ['rule-offer', databaseId],
    queryFn: async (): Promise<RuleOffer> => {
      const { traits, events, groupTraits, audiences } = await answered(
        api.GET('/databases/{databaseId}/rules/vocabulary', { params: { path: { databaseId } } }),
      );
      return {
        databaseId,
        traits: traits.map(({ name }) => name),
        events,
        groupTraits,
        audiences: audiences.map(({ name }) => name),
      };
    },
  });

export const eventPropertiesQuery = (databaseId: string, event: string) =>
  queryOptions({
    queryKey: ['event-properties', databaseId, event],
    queryFn: async () => {
      const { properties } = await answered(
        api.GET('/databases/{databaseId}/rules/event-properties', {
          params: { path: { databaseId }, query: { event } },
        }),
      );
      return properties;
    },
  });

export const ruleInWordsQuery = (databaseId: string, rule: RuleNode) =>
  queryOptions({
    queryKey: ['rule-in-words', databaseId, rule],
    placeholderData: keepPreviousData,
    queryFn: () =>
      answered(
        api.POST('/databases/{databaseId}/rules/check', {
          params: { path: { databaseId } },
          body: { rule },
        }),
      ),
  });

export const ruleCountQuery = (
  databaseId: string,
  rule: RuleNode,
  { overlapWith, samples }: { readonly overlapWith: readonly string[]; readonly samples: number },
) =>
  queryOptions({
    queryKey: ['rule-count', databaseId, rule, overlapWith, samples],
    placeholderData: keepPreviousData,
    queryFn: () =>
      answered(
        api.POST('/databases/{databaseId}/rules/count', {
          params: { path: { databaseId } },
          body: { rule, overlapWith: [...overlapWith], samples },
        }),
      ),
  });
