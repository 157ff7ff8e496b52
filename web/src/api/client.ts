import createClient from 'openapi-fetch';
import type { Paths } from '../../../src/http/contract.ts';
import { NoAnswerError, ProblemError, refusal } from './problem.ts';

/** What is only read comes within seconds; what is done may wait for Meta, and a file for the line. */
const READ_MS = 30_000;
const WRITE_MS = 180_000;

/**
 * Asks whoever answers under the page's address; what hangs is given up.
 * @throws NoAnswerError
 */
async function reach(request: Request): Promise<Response> {
  const patience = new AbortController();
  const isFile = request.headers.get('content-type') === 'application/octet-stream';
  // Never taken back: the body may hang, too, and what has come is not touched by it.
  if (!isFile) setTimeout(() => patience.abort(), request.method === 'GET' ? READ_MS : WRITE_MS);
  try {
    return await fetch(request, { signal: patience.signal });
  } catch (error) {
    throw new NoAnswerError(String(error), patience.signal.aborted);
  }
}

/** The API, typed by its contract. Ask by `read` and `write`: they throw what went wrong. */
export const api = createClient<Paths>({
  baseUrl: new URL('api/v1', document.baseURI).href,
  fetch: reach,
});

// What the API says in words is in the language of the page, whatever the browser's is.
api.use({
  onRequest({ request }) {
    request.headers.set('accept-language', document.documentElement.lang);
    return request;
  },
});

interface Answer<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** What was read, with the version that an edit says it was made from. */
export type Versioned<T> = T & { readonly etag: string };

/** As `answered`, with its version. @throws ProblemError, TypeError */
export async function versioned<T extends object>(
  asked: Promise<Answer<T>>,
): Promise<Versioned<T>> {
  const data = await answered(asked);
  return { ...data, etag: (await asked).response.headers.get('etag') ?? '*' };
}

/** The header by which an edit says what it was made from. */
export const from = (etag: string) => ({ 'if-match': etag });

/**
 * What a request came back with.
 * @throws ProblemError when it was refused, NoAnswerError when nobody answered or somebody else did
 */
export async function answered<T>(asked: Promise<Answer<T>>): Promise<NonNullable<T>> {
  const { data, error, response } = await asked.catch(noAnswer);
  if (!response.ok) throw refusal(response.status, error);
  return data as NonNullable<T>;
}

/** The body broke off, or was the page of something in between. */
function noAnswer(error: unknown): never {
  throw error instanceof ProblemError ? error : new NoAnswerError(String(error), false);
}
