import { checkHeader } from '../header.ts';
import type { RecordSource } from '../record-source.ts';
import { queryBatch } from '../query-records.ts';
import type { WarehouseTarget } from './kinds.ts';

/** What all warehouses have in common. */
export interface Warehouse {
  /** The names of the columns, without reading rows where that is possible. */
  describe(sql: string): Promise<string[]>;
  /** Some rows at a time; ends only when the service said that these are all. */
  rows(sql: string): AsyncGenerator<readonly (readonly unknown[])[], void, undefined>;
  /** Its name, and what else it says of itself. */
  version(): Promise<string>;
}

/**
 * The rows of one query. Throws SOURCE_URL_INVALID, SOURCE_HOST_REFUSED, SOURCE_UNREACHABLE,
 * SOURCE_QUERY, SOURCE_CUT, SOURCE_ANSWER.
 */
export async function openWarehouse(target: WarehouseTarget, sql: string): Promise<RecordSource> {
  const warehouse = await connect(target);
  return {
    header: checkHeader(await warehouse.describe(sql)),
    total: null,
    unit: 'rows',
    endProved: true,
    async *batches() {
      let done = 0;
      for await (const rows of warehouse.rows(sql)) {
        const batch = queryBatch(rows, done);
        done = batch.done;
        yield batch;
      }
    },
  };
}

/** Asks it something, and says what answers. @throws MusterError as openWarehouse */
export async function testWarehouse(target: WarehouseTarget): Promise<string> {
  return await (await connect(target)).version();
}

async function connect(target: WarehouseTarget): Promise<Warehouse> {
  switch (target.kind) {
    case 'clickhouse':
      return (await import('./_clickhouse.ts')).connectClickhouse(target);
    case 'bigquery':
      return (await import('./_bigquery.ts')).connectBigquery(target);
    case 'snowflake':
      return (await import('./_snowflake.ts')).connectSnowflake(target);
    case 'databricks':
      return (await import('./_databricks.ts')).connectDatabricks(target);
  }
}
