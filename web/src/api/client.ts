import createClient from 'openapi-fetch';
import type { Paths } from '../../../src/http/contract.ts';
import { ProblemError, readProblem } from './problem.ts';

/** The API, typed by its contract. Ask by `read` and `write`: they throw what went wrong. */
export const api = createClient<Paths>({ baseUrl: new URL('api/v1', document.baseURI).href });

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
 * @throws ProblemError when it was refused, TypeError when nobody answered
 */
export async function answered<T>(asked: Promise<Answer<T>>): Promise<NonNullable<T>> {
  const { data, error, response } = await asked;
  if (!response.ok) throw new ProblemError(readProblem(response.status, error));
  return data as NonNullable<T>;
}
