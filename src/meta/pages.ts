import { asList, asObject, asText, type JsonObject } from './json.ts';
import { problemError, problemOf } from './problems.ts';
import type { Call, Requester } from './request.ts';
import { params } from './wire.ts';

/** No list of ours comes near; it only ends a server that always says there is more. */
const pagesMax = 2_000;
const itemsMin = 10;

interface Page {
  readonly items: readonly JsonObject[];
  readonly next: string | null;
}

/**
 * Every item of a list, page by page. A page may be short or empty and still have a next one.
 *
 * @throws MusterError when a page is not answered clean
 */
export async function* listAll<Item>(
  requester: Requester,
  call: Call & { readonly query: Readonly<Record<string, string>> },
  itemsAtOnce: number,
  read: (item: JsonObject) => Item | null,
): AsyncGenerator<Item, void, undefined> {
  let itemsWanted = itemsAtOnce;
  let after: Readonly<Record<string, string>> = {};
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const query = { ...call.query, ...after, [params.limit]: String(itemsWanted) };
    const answer = await requester.send({ ...call, query }, readPage);
    if (answer.outcome !== 'clean') {
      // "Please reduce the amount of data you're asking for": the same page, in smaller helpings.
      if (!answer.problem.smaller || itemsWanted <= itemsMin) throw problemError(answer.problem);
      itemsWanted = Math.max(itemsMin, Math.floor(itemsWanted / 2));
      continue;
    }
    for (const item of answer.body.items) {
      const value = read(item);
      if (value === null) throw notUnderstood(call, 'an item without its id');
      yield value;
    }
    if (answer.body.next === null) return;
    after = position(answer.body.next, call, requester.origin);
  }
  throw notUnderstood(call, `more than ${pagesMax} pages`);
}

function readPage(body: JsonObject): Page | null {
  if (!Array.isArray(body['data'])) return null;
  const items = asList(body['data']).map(asObject);
  if (items.includes(null)) return null;
  const next = asText(asObject(body['paging'])?.['next']);
  return { items: items.filter((item) => item !== null), next };
}

/**
 * Where the next page begins, out of the link to it. Only the position is taken: Meta's links carry
 * the token, and a link to another host would carry ours there.
 */
function position(next: string, call: Call, origin: string): Readonly<Record<string, string>> {
  const url = URL.parse(next);
  if (url === null || url.origin !== origin) throw notUnderstood(call, 'a next page elsewhere');
  url.searchParams.delete(params.accessToken);
  url.searchParams.delete(params.appsecretProof);
  return Object.fromEntries(url.searchParams);
}

function notUnderstood(call: Call, said: string): Error {
  const where = { account: call.account, httpStatus: 200 };
  return problemError(problemOf('answer not understood', where, said));
}
