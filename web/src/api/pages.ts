import { infiniteQueryOptions, type Query } from '@tanstack/react-query';

export const PAGE_ROWS = 500;
const FRESH_MS = 5_000;
const PAGES_READ_AGAIN_MAX = 3;

/** What a request for a page says of it. */
export interface PageWish {
  readonly limit: number;
  readonly cursor?: string;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** A list that is read page after page, as somebody scrolls on. */
export const pagesQuery = <Item>(
  queryKey: readonly unknown[],
  read: (wish: PageWish) => Promise<Page<Item>>,
) =>
  infiniteQueryOptions({
    queryKey,
    initialPageParam: '',
    queryFn: ({ pageParam: cursor }) =>
      read({ limit: PAGE_ROWS, ...(cursor === '' ? {} : { cursor }) }),
    getNextPageParam: ({ next }) => next,
    // Every page would be compared with what it was, value by value, whenever one is added.
    structuralSharing: false,
    staleTime: (query) => (isLong(query) ? Number.POSITIVE_INFINITY : FRESH_MS),
  });

/** Somebody has scrolled far down: to read all of it again would take a request for every page. */
export function isLong({ state }: Pick<Query, 'state'>): boolean {
  const pages: unknown = (state.data as { readonly pages?: unknown } | undefined)?.pages;
  return Array.isArray(pages) && pages.length > PAGES_READ_AGAIN_MAX;
}
