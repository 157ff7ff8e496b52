import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { RuleNode } from '../rule-builder/rule-query.ts';
import { answered, api } from './client.ts';

interface Whom {
  readonly ids: string[];
  readonly emails: string[];
  readonly rules: RuleNode[];
}

export interface HandEdit {
  readonly include: Whom;
  readonly exclude: Whom;
}

/** Whose members a change by hand is counted against. */
export interface HandPlace {
  readonly databaseId: string;
  readonly integrationId: string | null;
  /** Null: it is not made yet, or is filled another way. */
  readonly audienceId: string | null;
}

/** @param dryRun count, and change nothing */
export const editMembers = (audienceId: string, edit: HandEdit, dryRun = false) =>
  answered(
    api.POST('/audiences/{audienceId}/members', {
      params: { path: { audienceId } },
      body: { ...edit, dryRun },
    }),
  );

/** What a change by hand would do. */
export const handCountQuery = (edit: HandEdit, place: HandPlace) =>
  queryOptions({
    queryKey: ['hand count', place, edit],
    placeholderData: keepPreviousData,
    queryFn: async () => {
      const { databaseId, integrationId, audienceId } = place;
      if (audienceId !== null) {
        const { added, removed, ...rest } = await editMembers(audienceId, edit, true);
        return { joining: added, leaving: removed, ...rest };
      }
      const { people, ...rest } = await answered(
        api.POST('/databases/{databaseId}/members/count', {
          params: { path: { databaseId } },
          body: { ...edit, integrationId },
        }),
      );
      return { joining: people, leaving: null, unchanged: null, ...rest };
    },
  });
