import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';

/** A list that comes page after page, as a table takes it. */
export function usePages<Row>(
  query: UseInfiniteQueryResult<InfiniteData<{ readonly items: readonly Row[] }>>,
): {
  readonly rows: readonly Row[] | undefined;
  readonly error: unknown;
  readonly onRetry: () => void;
  readonly onMore: (() => void) | undefined;
} {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchNextPageError } = query;
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items), [data]);
  const onMore = useCallback(() => {
    // Whoever goes on scrolling while a page is on its way waits for that one.
    void fetchNextPage({ cancelRefetch: false });
  }, [fetchNextPage]);
  return {
    ...{ rows, error, onRetry: isFetchNextPageError ? onMore : () => void refetch() },
    onMore: hasNextPage ? onMore : undefined,
  };
}
