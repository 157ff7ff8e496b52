import { queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import { answered, api } from './client.ts';

export type Audience =
  Paths['/audiences/{audienceId}']['get']['responses'][200]['content']['application/json'];

const PAGE_ROWS = 500;

/** Every audience that may be seen, page after page: there are hundreds, not millions. */
export const audiencesQuery = queryOptions({
  queryKey: ['audiences'],
  queryFn: async () => {
    const all: Audience[] = [];
    let cursor: string | null = null;
    do {
      const query: { limit: number; cursor?: string } = { limit: PAGE_ROWS };
      if (cursor !== null) query.cursor = cursor;
      const page: { items: Audience[]; next: string | null } = await answered(
        api.GET('/audiences', { params: { query } }),
      );
      all.push(...page.items);
      cursor = page.next;
    } while (cursor !== null);
    return all;
  },
});

export const audienceQuery = (audienceId: string) =>
  queryOptions({
    queryKey: ['audiences', audienceId],
    queryFn: () =>
      answered(api.GET('/audiences/{audienceId}', { params: { path: { audienceId } } })),
  });
