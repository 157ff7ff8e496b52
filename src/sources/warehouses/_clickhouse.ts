import { MusterError } from '#domain/errors/muster-error.ts';
import { type GuardedAnswer, guardedRequest, textOf } from '../guarded-request.ts';
import { FETCH_ROWS, timeoutMsOf } from '../query-records.ts';
import { partsOf, warehouseUrl } from './_url.ts';
import type { WarehouseTarget } from './kinds.ts';
import type { Warehouse } from './warehouse.ts';

const ERROR_BYTES_MAX = 64 * 1024;
/** A row of the largest cells there may be. */
const LINE_CHARACTERS_MAX = 64 << 20;

/**
 * ClickHouse over HTTP (https://clickhouse.com/docs/interfaces/http, read 2026-11-22): readonly=2 lets
 * settings be given with the query and nothing be written, one statement is taken, and the answer
 * begins when its end is known, so an error in the middle cannot look like rows.
 */
export function connectClickhouse(target: WarehouseTarget): Warehouse {
  const url = warehouseUrl('clickhouse', target.url);
  const headers = {
    'x-clickhouse-user': decodeURIComponent(url.username) || 'default',
    'x-clickhouse-key': decodeURIComponent(url.password),
  };
  const at = new URL(`${url.protocol}//${url.host}/`);
  const [database] = partsOf(url);
  if (database !== undefined) at.searchParams.set('database', database);
  const settings = {
    ...{ readonly: '2', wait_end_of_query: '1', default_format: 'JSONCompactEachRowWithNames' },
    max_execution_time: String(timeoutMsOf(target.settings) / 1000),
    output_format_json_quote_64bit_integers: '1',
    output_format_json_quote_decimals: '1',
    ...{ date_time_output_format: 'iso', session_timezone: 'UTC' },
  };
  for (const [name, value] of Object.entries(settings)) at.searchParams.set(name, value);
  const ask = async (sql: string): Promise<GuardedAnswer> => {
    const answer = await guardedRequest(at, { method: 'POST', headers, body: sql }, target);
    if (answer.status === 200 && answer.header('x-clickhouse-exception-code') === null) {
      return answer;
    }
    throw await refusal(answer);
  };
  return {
    async describe(sql) {
      const answer = await ask(`select * from (\n${sql}\n) limit 0`);
      for await (const line of linesOf(answer)) return line.map(String);
      return [];
    },
    async *rows(sql) {
      let rows: unknown[][] = [];
      let isHeader = true;
      for await (const line of linesOf(await ask(sql))) {
        if (!isHeader) rows.push(line);
        isHeader = false;
        if (rows.length < FETCH_ROWS) continue;
        yield rows;
        rows = [];
      }
      yield rows;
    },
    async version() {
      for await (const [version] of this.rows('select version()')) {
        return `ClickHouse ${String(version?.[0])}`;
      }
      return 'ClickHouse';
    },
  };
}

/** Its number says what it was; its words may repeat a value. */
async function refusal(answer: GuardedAnswer): Promise<MusterError> {
  const text = await textOf(answer, ERROR_BYTES_MAX).catch(() => '');
  const code = answer.header('x-clickhouse-exception-code') ?? /^Code: (\d+)/.exec(text)?.[1];
  const name = /\(([A-Z_]{3,60})\)/.exec(text)?.[1];
  const measured = `ClickHouse answers ${answer.status}, code ${code ?? 'unknown'} ${name ?? ''}`;
  // 159 and 160: a time limit; 516 and 497: a password, a right.
  if (code === '159' || code === '160') return new MusterError('SOURCE_CUT', measured.trim());
  const isReach = code === undefined || code === '516' || code === '497';
  return new MusterError(isReach ? 'SOURCE_UNREACHABLE' : 'SOURCE_QUERY', measured.trim());
}

/** @throws MusterError SOURCE_CUT for a line that is none: an error written among the rows */
async function* linesOf(answer: GuardedAnswer): AsyncGenerator<unknown[], void, undefined> {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  for await (const piece of answer.body()) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LINE_CHARACTERS_MAX) {
      throw new MusterError('SOURCE_ANSWER', `a row of over ${LINE_CHARACTERS_MAX} characters`);
    }
    for (const line of lines) if (line !== '') yield parseLine(line);
  }
  if (rest !== '') yield parseLine(rest);
}

function parseLine(line: string): unknown[] {
  try {
    const row: unknown = JSON.parse(line);
    if (Array.isArray(row)) return row;
  } catch {
    // Said below.
  }
  throw new MusterError('SOURCE_CUT', 'ClickHouse wrote something else among the rows');
}
