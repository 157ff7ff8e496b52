import { z } from 'zod';
import { MusterError } from '#domain/errors/muster-error.ts';
import { timeoutMsOf } from '../query-records.ts';
import { askJson, checkCount, type JsonAnswer, poll, refusalOf, rowsOf } from './_ask.ts';
import { endpointOf, partsOf, warehouseUrl } from './_url.ts';
import type { WarehouseTarget } from './kinds.ts';
import type { Warehouse } from './warehouse.ts';

const links = z.object({
  external_links: z.array(z.object({ external_link: z.url() })).default([]),
});
const statement = z.object({
  statement_id: z.string(),
  status: z.object({
    state: z.string(),
    error: z.object({ error_code: z.string().optional() }).optional(),
  }),
  manifest: z
    .object({
      schema: z.object({ columns: z.array(z.object({ name: z.string() })).default([]) }),
      total_row_count: z.number().default(0),
      total_chunk_count: z.number().default(0),
      truncated: z.boolean().default(false),
    })
    .optional(),
  result: z.object({ data_array: z.unknown() }).optional(),
});
type Statement = z.infer<typeof statement>;

/**
 * Databricks' statement execution (https://docs.databricks.com/api/workspace/statementexecution, read
 * 2026-11-22). Results of any size come by links that are good for minutes, so each is asked for when
 * its turn has come; they carry their own signature and get no token. There is no session that may
 * only read, so the token's owner has to be one who may not write.
 */
export function connectDatabricks(target: WarehouseTarget): Warehouse {
  const url = warehouseUrl('databricks', target.url);
  const base = endpointOf(target, `https://${url.host}`);
  const timeoutMs = timeoutMsOf(target.settings);
  const [warehouseId] = partsOf(url);
  if (warehouseId === undefined) {
    throw new MusterError('SOURCE_URL_INVALID', 'its path names no SQL warehouse');
  }
  const { catalog, schema } = Object.fromEntries(url.searchParams);
  const ask = async (path: string, body?: object): Promise<unknown> => {
    const headers = {
      authorization: `Bearer ${target.secret ?? ''}`,
      'content-type': 'application/json',
    };
    const sent = body === undefined ? {} : { method: 'POST' as const, body: JSON.stringify(body) };
    const at = new URL(`/api/2.0/sql/statements${path}`, base);
    return checked(await askJson(at, { headers, ...sent }, target));
  };
  const run = async (sql: string, disposition: 'INLINE' | 'EXTERNAL_LINKS') => {
    const started = read(
      statement,
      await ask('/', {
        ...{ statement: sql, warehouse_id: warehouseId, catalog, schema, disposition },
        ...{ format: 'JSON_ARRAY', wait_timeout: '30s', on_wait_timeout: 'CONTINUE' },
      }),
    );
    if (isOver(started)) return succeeded(started);
    const id = encodeURIComponent(started.statement_id);
    try {
      return succeeded(
        await poll(async () => {
          const later = read(statement, await ask(`/${id}`));
          return isOver(later) ? later : null;
        }, timeoutMs),
      );
    } catch (error) {
      // It would go on, and cost, for nobody.
      await ask(`/${id}/cancel`, {}).catch(() => {});
      throw error;
    }
  };
  return {
    async describe(sql) {
      const { manifest } = await run(`select * from (\n${sql}\n) limit 0`, 'INLINE');
      return manifest?.schema.columns.map(({ name }) => name) ?? [];
    },
    async *rows(sql) {
      const { statement_id, manifest } = await run(sql, 'EXTERNAL_LINKS');
      if (manifest?.truncated !== false) {
        throw new MusterError('SOURCE_CUT', 'Databricks left rows out of a large result');
      }
      let came = 0;
      for (let chunk = 0; chunk < manifest.total_chunk_count; chunk++) {
        const path = `/${encodeURIComponent(statement_id)}/result/chunks/${chunk}`;
        for (const { external_link } of read(links, await ask(path)).external_links) {
          const { status, body } = await askJson(new URL(external_link), {}, target);
          if (status !== 200) throw refusalOf('the storage of Databricks', status, '');
          const rows = rowsOf(body);
          came += rows.length;
          yield rows;
        }
      }
      checkCount(came, manifest.total_row_count);
    },
    async version() {
      const { result } = await run('select current_version().dbsql_version', 'INLINE');
      return `Databricks SQL ${String(rowsOf(result?.data_array)[0]?.[0])}`;
    },
  };
}

function checked({ status, body }: JsonAnswer): unknown {
  if (status === 200) return body;
  const told = z.object({ error_code: z.string().regex(/^\w{1,40}$/) }).safeParse(body);
  throw refusalOf('Databricks', status, told.success ? told.data.error_code : '');
}

const isOver = ({ status }: Statement) => !/^(PENDING|RUNNING)$/.test(status.state);

/** @throws MusterError SOURCE_CUT, SOURCE_QUERY */
function succeeded(over: Statement): Statement {
  const { state, error } = over.status;
  if (state === 'SUCCEEDED') return over;
  const code = error?.error_code ?? '';
  const isQuery = state === 'FAILED' && code === 'BAD_REQUEST';
  const measured = `Databricks says ${state} ${/^\w{1,40}$/.test(code) ? code : ''}`.trim();
  throw new MusterError(isQuery ? 'SOURCE_QUERY' : 'SOURCE_CUT', measured);
}

function read<T>(shape: z.ZodType<T>, body: unknown): T {
  const { success, data } = shape.safeParse(body);
  if (success) return data;
  throw new MusterError('SOURCE_ANSWER', 'Databricks sent another shape');
}
