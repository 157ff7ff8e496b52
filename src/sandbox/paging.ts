import type { WirePage } from '#meta/wire.ts';
import { graphErrors } from './graph-error.ts';
import { type GraphRequest, textParam } from './graph-request.ts';

const limitMax = 500;

/**
 * One page of a list, whose keys fall from item to item; a cursor is a key, so it keeps its place
 * when the item it names is gone. Recorded: an empty list has no `paging` at all, the last page has
 * cursors and no `next`.
 */
export function pageOf<T>(
  request: GraphRequest,
  items: readonly T[],
  keyOf: (item: T) => number,
  limitDefault = 25,
): WirePage<T> {
  const limit = limitOf(request, limitDefault);
  const after = cursorParam(request, 'after');
  const before = cursorParam(request, 'before');
  const placeWhere = (isPast: (key: number) => boolean) => {
    const place = items.findIndex((item) => isPast(keyOf(item)));
    return place === -1 ? items.length : place;
  };
  const end = before === null ? items.length : placeWhere((key) => key <= before);
  const startBefore = before === null ? 0 : Math.max(0, end - limit);
  const start = after === null ? startBefore : placeWhere((key) => key < after);
  const data = items.slice(start, Math.min(end, start + limit));
  const [first] = data;
  const last = data.at(-1);
  if (first === undefined || last === undefined) return { data };
  const cursors = { before: cursorOf(keyOf(first)), after: cursorOf(keyOf(last)) };
  const next = start + data.length < items.length ? link(request, 'after', cursors.after) : null;
  const previous = start > 0 ? link(request, 'before', cursors.before) : null;
  return {
    data,
    paging: {
      cursors,
      ...(next === null ? {} : { next }),
      ...(previous === null ? {} : { previous }),
    },
  };
}

/** How many there are in all, for whoever asks with `summary`. */
export function summaryOf(request: GraphRequest, total: number): object {
  const asked = textParam(request, 'summary') ?? JSON.stringify(request.params['summary'] ?? '');
  return /^(?:true|1)$|total_count/.test(asked) ? { summary: { total_count: total } } : {};
}

function limitOf(request: GraphRequest, limitDefault: number): number {
  const limit = Number(textParam(request, 'limit') ?? limitDefault);
  if (!Number.isInteger(limit) || limit < 0) {
    throw graphErrors.badParameter('Param limit must be an integer greater or equal to 0');
  }
  return Math.min(limit === 0 ? limitDefault : limit, limitMax);
}

function link(request: GraphRequest, direction: 'after' | 'before', cursor: string): string {
  const query = new URLSearchParams();
  if (request.isTokenInUrl && request.token !== null) query.set('access_token', request.token);
  for (const name of Object.keys(request.params)) {
    const value = textParam(request, name);
    if (value !== null && name !== 'after' && name !== 'before') query.set(name, value);
  }
  query.set(direction, cursor);
  const version = request.version === null ? '' : `/${request.version}`;
  return `${request.origin}${version}/${request.path.join('/')}?${query.toString()}`;
}

function cursorOf(key: number): string {
  return Buffer.from(`page:${key}`).toString('base64url');
}

function cursorParam(request: GraphRequest, name: string): number | null {
  const cursor = textParam(request, name);
  if (cursor === null) return null;
  const key = /^page:(-?\d+)$/.exec(Buffer.from(cursor, 'base64url').toString('utf8'))?.[1];
  if (key === undefined) throw graphErrors.badParameter(`Invalid cursor for param ${name}`);
  return Number(key);
}
