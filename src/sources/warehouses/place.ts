import type { WarehouseTarget } from './kinds.ts';
import { warehouseUrl } from './_url.ts';

/** Where it leads, for people: no user, no password. @throws MusterError SOURCE_URL_INVALID */
export function placeOfWarehouse({ kind, url }: Pick<WarehouseTarget, 'kind' | 'url'>): string {
  const { host, pathname } = warehouseUrl(kind, url);
  return `${kind} ${host}${pathname}`;
}
