import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';

/** A list that comes page after page, as a table takes it. */
export function usePages<Row>(
  query: UseInfiniteQueryResult<InfiniteData<{ readonly items: readonly Row[] }>>,
): {
  readonly rows: readonly Row[] | undefined;
  readonly error: unknown;
  readonly onRetry: () => void;
  readonly onMore: (() => void) | undefined;
} {
  const { data, error, refetch, hasNextPage, fetchNextPage } = query;
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items), [data]);
  return {
    ...{ rows, error, onRetry: () => void refetch() },
    // Whoever goes on scrolling while a page is on its way waits for that one.
    onMore: hasNextPage ? () => void fetchNextPage({ cancelRefetch: false }) : undefined,
  };
}
