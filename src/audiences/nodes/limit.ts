import { refusesAll } from '#store/consent-rule.ts';
import { asNumber } from './cells.ts';
import { asMoment } from './moments.ts';
import type { Compiling, JsonObject } from './node.ts';
import { invalid, under } from './problem.ts';
import { checkText, shown } from './scalars.ts';

/** So many of those who are found, or such a share: the first by a trait, or a fixed draw. */
export interface Limit {
  readonly count?: number;
  readonly percent?: number;
  readonly by?: { readonly trait: string; readonly order: 'asc' | 'desc' };
}

export function checkLimit(json: unknown, path: string): Limit {
  const expected = 'a limit such as {"count": 1000} or {"percent": 10}';
  const { count, percent, by, ...others } = asObject(json, path, expected);
  if (Object.keys(others).length > 0) throw invalid(path, 'only "count", "percent", "by"', json);
  if ((count === undefined) === (percent === undefined)) throw invalid(path, expected, json);
  if (count !== undefined && !(Number.isSafeInteger(count) && Number(count) > 0)) {
    throw invalid(under(path, 'count'), 'a whole number above 0', count);
  }
  if (percent !== undefined && !(typeof percent === 'number' && percent > 0 && percent <= 100)) {
    throw invalid(under(path, 'percent'), 'a number above 0 and up to 100', percent);
  }
  return {
    ...(count === undefined ? { percent: Number(percent) } : { count: Number(count) }),
    ...(by === undefined ? {} : { by: checkOrder(by, under(path, 'by')) }),
  };
}

function checkOrder(json: unknown, path: string): NonNullable<Limit['by']> {
  const expected = 'an order such as {"trait": "total", "order": "desc"}';
  const { trait, order = 'desc', ...others } = asObject(json, path, expected);
  if (Object.keys(others).length > 0) throw invalid(path, 'only "trait" and "order"', json);
  if (order !== 'asc' && order !== 'desc') {
    throw invalid(under(path, 'order'), '"asc" or "desc"', order);
  }
  return { trait: checkText(trait, under(path, 'trait')), order };
}

function asObject(json: unknown, path: string, expected: string): JsonObject {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw invalid(path, expected, json);
  }
  return json as JsonObject;
}

/** Whether p is among the first of those for whom `found` is true, in its own database. */
export function compileLimit(limit: Limit, found: string, scope: Compiling): string {
  const { param } = scope;
  const most =
    limit.count === undefined
      ? `ceil(r.found * ${param(String(limit.percent), 'numeric')} / 100)`
      : param(String(limit.count), 'numeric');
  return (
    `(p.id in (select r.id from (select p.id, count(*) over () as found,` +
    ` row_number() over (order by ${orderOf(limit, scope)}) as place from profile p` +
    ` where p.database_id = ${param(scope.databaseId, 'integer')} and not ${refusesAll('p')}` +
    ` and ${found}) r where r.place <= ${most}))`
  );
}

/** Numbers before dates before nothing; a draw by the id decides between equals. */
function orderOf({ by }: Limit, { param, cell }: Compiling): string {
  const drawn = 'md5(p.external_id)';
  if (by === undefined) return drawn;
  const value = cell(by.trait);
  return `${[asNumber(value), asMoment(value, param)].map((one) => `${one} ${by.order} nulls last`).join(', ')}, ${drawn}`;
}

/** at most 1,000 of them, the highest "total" first */
export function spokenLimit({ count, percent, by }: Limit): string {
  const most =
    count === undefined ? `${percent} % of them` : `${count.toLocaleString('en-US')} of them`;
  if (by === undefined) return `at most ${most}`;
  return `at most ${most}, the ${by.order === 'desc' ? 'highest' : 'lowest'} ${shown(by.trait)} first`;
}
