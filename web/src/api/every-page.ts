import { type Page, PAGE_ROWS, type PageWish } from './pages.ts';

/** A list of hundreds or thousands, whole: page after page until there is no next one. */
export async function everyPage<Item>(
  read: (wish: PageWish) => Promise<Page<Item>>,
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
