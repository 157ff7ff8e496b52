import type { Reachable } from '../host.ts';

/** A warehouse that is asked over HTTPS. None of them was tried with the real service. */
export interface WarehouseTarget extends Reachable {
  readonly kind: 'clickhouse' | 'bigquery' | 'snowflake' | 'databricks';
  readonly url: string;
  /** A service account's JSON, a private key or a token; ClickHouse has its password in the URL. */
  readonly secret: string | null;
  readonly settings: WarehouseSettings;
}

interface WarehouseSettings {
  /** Seconds that a statement may take. */
  readonly timeout?: string;
  /** Where BigQuery runs it. */
  readonly region?: string;
  /** In place of the service's own address. */
  readonly endpoint?: string;
}

const warehouseKinds = ['clickhouse', 'bigquery', 'snowflake', 'databricks'] as const;

export function isWarehouse<T extends { readonly kind: string }>(
  target: T,
): target is T & { readonly kind: WarehouseTarget['kind'] } {
  return warehouseKinds.some((kind) => kind === target.kind);
}
