import { unpackRow } from '#domain/match-row.ts';
import { rowsWithPageUser } from '#store/match-rows.ts';
import type { Delivery } from './delivery.ts';
import type { RowList } from './operation.ts';

/**
 * The list cut so that no request names the users of two pages: beside PAGEUID Meta takes exactly one
 * (meta-api.md §4.2). Rows without such a user go with the first. A database that maps none is not
 * looked at.
 */
export async function onePageEach(delivery: Delivery, list: RowList): Promise<readonly RowList[]> {
  if (!delivery.mapsPageUsers) return [list];
  const { store, scope } = delivery;
  const pageOf = new Map(
    (await rowsWithPageUser(store, scope.databaseId, list.matchRowIds)).map(({ id, cells }) => [
      id,
      unpackRow(cells).page_ids,
    ]),
  );
  const pages = [...new Set(pageOf.values())];
  if (pages.length < 2) return [list];
  return pages.map((page) => {
    const goes = (id: number) => (pageOf.has(id) ? pageOf.get(id) : pages[0]) === page;
    const joining = list.matchRowIds.slice(0, list.joining).filter(goes).length;
    return { ...list, matchRowIds: list.matchRowIds.filter(goes), joining };
  });
}
