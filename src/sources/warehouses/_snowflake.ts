import { createHash, createPrivateKey, createPublicKey, createSign } from 'node:crypto';
import { z } from 'zod';
import { MusterError } from '#domain/errors/muster-error.ts';
import { timeoutMsOf } from '../query-records.ts';
import { askJson, checkCount, poll, refusalOf, rowsOf } from './_ask.ts';
import { endpointOf, partsOf, warehouseUrl } from './_url.ts';
import type { WarehouseTarget } from './kinds.ts';
import type { Warehouse } from './warehouse.ts';

/** An hour is the longest that Snowflake takes. */
const TOKEN_LIFE_S = 55 * 60;

interface Column {
  readonly name: string;
  readonly type: string;
}

const handle = z.object({ statementHandle: z.string() });
const result = z.object({
  statementHandle: z.string(),
  resultSetMetaData: z.object({
    numRows: z.number(),
    rowType: z.array(z.object({ name: z.string(), type: z.string() })),
    partitionInfo: z.array(z.object({ rowCount: z.number() })).default([{ rowCount: 0 }]),
  }),
  data: z.unknown(),
});

/**
 * Snowflake's SQL API (https://docs.snowflake.com/en/developer-guide/sql-api/reference and
 * …/handling-responses, read 2026-11-22), signed in by key pair
 * (…/sql-api/authenticating, read 2026-11-22). One statement is taken; there is no session that may
 * only read, so the role has to be one.
 */
export function connectSnowflake(target: WarehouseTarget): Warehouse {
  const url = warehouseUrl('snowflake', target.url);
  const base = endpointOf(target, `https://${url.hostname}.snowflakecomputing.com`);
  const timeoutMs = timeoutMsOf(target.settings);
  const [database, schema] = partsOf(url);
  const { warehouse, role } = Object.fromEntries(url.searchParams);
  const context = { database, schema, warehouse, role };
  const ask = async (path: string, body?: object) => {
    const headers = {
      authorization: `Bearer ${tokenOf(url, target.secret)}`,
      'x-snowflake-authorization-token-type': 'KEYPAIR_JWT',
      ...{ accept: 'application/json', 'content-type': 'application/json' },
    };
    const sent = body === undefined ? {} : { method: 'POST' as const, body: JSON.stringify(body) };
    return await askJson(new URL(`/api/v2/statements${path}`, base), { headers, ...sent }, target);
  };
  const run = async (statement: string) => {
    const parameters = { timezone: 'UTC', multi_statement_count: '1' };
    const body = { statement, timeout: timeoutMs / 1000, parameters, ...context };
    let answer = await ask('', body);
    if (answer.status === 202) {
      const { statementHandle } = read(handle, answer.body);
      answer = await poll(async () => {
        const later = await ask(`/${encodeURIComponent(statementHandle)}`);
        return later.status === 202 ? null : later;
      }, timeoutMs);
    }
    if (answer.status === 200) return read(result, answer.body);
    throw refusal(answer);
  };
  return {
    async describe(sql) {
      const { resultSetMetaData } = await run(`select * from (\n${sql}\n) limit 0`);
      return resultSetMetaData.rowType.map(({ name }) => name);
    },
    async *rows(sql) {
      const { statementHandle, resultSetMetaData, data } = await run(sql);
      const { numRows, rowType, partitionInfo } = resultSetMetaData;
      let came = 0;
      for (const partition of partitionInfo.keys()) {
        const rows = partition === 0 ? data : await readPartition(ask, statementHandle, partition);
        const table = rowsOf(rows);
        came += table.length;
        yield table.map((row) => row.map((value, i) => cellOf(value, rowType[i])));
      }
      checkCount(came, numRows);
    },
    async version() {
      const { data } = await run('select current_version()');
      return `Snowflake ${String(rowsOf(data)[0]?.[0])}`;
    },
  };
}

async function readPartition(
  ask: (path: string) => ReturnType<typeof askJson>,
  statementHandle: string,
  partition: number,
): Promise<unknown> {
  const answer = await ask(`/${encodeURIComponent(statementHandle)}?partition=${partition}`);
  if (answer.status !== 200) throw refusal(answer);
  return read(z.object({ data: z.unknown() }), answer.body).data;
}

/** @throws MusterError SOURCE_URL_INVALID */
function tokenOf(url: URL, secret: string | null): string {
  // Of an account with a region in its name only the first part counts, in capitals.
  const account = (url.hostname.split('.')[0] ?? '').toUpperCase();
  const subject = `${account}.${decodeURIComponent(url.username).toUpperCase()}`;
  const nowS = Math.floor(Date.now() / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  try {
    const key = createPrivateKey(secret ?? '');
    const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' });
    const fingerprint = createHash('sha256').update(publicKey).digest('base64');
    const claims = { iss: `${subject}.SHA256:${fingerprint}`, sub: subject };
    const unsigned = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ ...claims, iat: nowS, exp: nowS + TOKEN_LIFE_S })}`;
    return `${unsigned}.${createSign('RSA-SHA256').update(unsigned).sign(key, 'base64url')}`;
  } catch (cause) {
    const measured = 'the secret is not an RSA private key without a passphrase';
    throw new MusterError('SOURCE_URL_INVALID', measured, { cause });
  }
}

const failure = z.object({ code: z.string().regex(/^\w{1,20}$/) });

function refusal({ status, body }: { status: number; body: unknown }): MusterError {
  const told = failure.safeParse(body);
  // 408: it took longer than it may.
  if (status === 408) return new MusterError('SOURCE_CUT', 'Snowflake ended the query');
  return refusalOf('Snowflake', status, told.success ? told.data.code : '');
}

function read<T>(shape: z.ZodType<T>, body: unknown): T {
  const { success, data } = shape.safeParse(body);
  if (success) return data;
  throw new MusterError('SOURCE_ANSWER', 'Snowflake sent another shape');
}

/** Values come as text: days since 1970, and seconds since then, with the zone's offset behind them. */
function cellOf(value: unknown, column: Column | undefined): unknown {
  if (typeof value !== 'string') return value;
  const type = column?.type.toLowerCase() ?? '';
  if (type === 'date' && /^-?\d{1,7}$/.test(value)) {
    return new Date(Number(value) * 86_400_000).toISOString().slice(0, 10);
  }
  const [, seconds] = /^(-?\d{1,12}(?:\.\d{1,9})?)(?: \d{1,4})?$/.exec(value) ?? [];
  if (!type.startsWith('timestamp') || seconds === undefined) return value;
  return new Date(Math.round(Number(seconds) * 1000)).toISOString();
}
