const PAGE_ROWS = 500;

interface Wish {
  readonly limit: number;
  cursor?: string;
}

interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** A list of hundreds or thousands, whole: page after page until there is no next one. */
export async function everyPage<Item>(
  read: (wish: Wish) => Promise<PageOf<Item>>,
): Promise<readonly Item[]> {
  const all: Item[] = [];
  let page = await read({ limit: PAGE_ROWS });
  all.push(...page.items);
  while (page.next !== null) {
    page = await read({ limit: PAGE_ROWS, cursor: page.next });
    all.push(...page.items);
  }
  return all;
}
