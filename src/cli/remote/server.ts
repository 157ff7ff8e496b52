import { optionTable } from '#config/options.ts';
import { catalogue, type ErrorCode } from '#domain/errors/catalogue.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { apiClient } from '#http/client.ts';
import { tell } from '../print.ts';
import type { Session } from '../session.ts';

/** A Muster that runs elsewhere, by its API. Whatever it refuses is thrown with the code that it gave. */
export type Server = ReturnType<typeof apiClient>;

/** @throws MusterError SERVER_KEY_MISSING, SECRET_FILE */
export function openServer(session: Session, url: string): Server {
  const key = session.secrets.apiKey?.reveal();
  if (key === undefined) {
    throw new MusterError('SERVER_KEY_MISSING', `${optionTable.apiKey.env} is not set`);
  }
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new MusterError('SERVER_KEY_MISSING', 'what is given has characters that no key has');
  }
  const { protocol, hostname } = new URL(url);
  if (protocol === 'http:' && !/^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)) {
    tell(
      session,
      'The key and all answers cross the network in clear: use https:// where you can.',
    );
  }
  return apiClient(url, { key, fetch: (request) => ask(session, request) });
}

async function ask({ tools, stop }: Session, request: Request): Promise<Response> {
  // Followed, a redirect would make a GET of a POST, and could take the key along.
  const { url, method, headers } = request;
  const body = method === 'GET' ? null : await request.text();
  let response: Response;
  try {
    response = await tools.fetch(url, { method, headers, body, redirect: 'manual', signal: stop });
  } catch (error) {
    throw unreachable(url, error);
  }
  if (response.ok) return response;
  throw await refusalOf(url, response);
}

/** The host, and what the system says; never the path, which may have somebody's id in it. */
export function unreachable(url: string, error: unknown): MusterError {
  const { cause } = (error ?? {}) as { readonly cause?: unknown };
  const { code = 'the connection broke' } = (cause ?? error ?? {}) as NodeJS.ErrnoException;
  return new MusterError('SERVER_UNREACHABLE', `${new URL(url).host}: ${code}`, { cause: error });
}

/** A problem document as the error that it was there. */
async function refusalOf(url: string, response: Response): Promise<MusterError> {
  const { status } = response;
  const isProblem = (response.headers.get('content-type') ?? '').startsWith(
    'application/problem+json',
  );
  const problem = isProblem ? ((await response.json()) as Partial<Problem>) : {};
  const { code = '', detail = '', next = '' } = problem;
  if (!Object.hasOwn(catalogue, code)) {
    const target = status >= 300 && status < 400 ? ' and another address' : '';
    const said = code === '' ? '' : `: ${code}: ${detail}`;
    return new MusterError('SERVER_NOT_MUSTER', `${new URL(url).host}: ${status}${target}${said}`);
  }
  const known = code as ErrorCode;
  const { happened } = catalogue[known];
  const measured = detail.startsWith(`${happened}: `) ? detail.slice(happened.length + 2) : '';
  return new MusterError(known, measured, { next: keyAdvice[known] ?? next });
}

interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly next: string;
}

/** What the API says to those who send requests, said to those who type commands. */
const keyAdvice: { readonly [Code in ErrorCode]?: string } = {
  API_LOGIN_NEEDED:
    'The key in MUSTER_API_KEY is wrong, ended or revoked. Where the data is, `muster key list` shows the keys and `muster key create --role editor` makes one.',
  API_NOT_ALLOWED:
    'The key in MUSTER_API_KEY may not do that. Where the data is, `muster key create` makes one with --role, --personal-data or --credentials; look first whether this machine should have it.',
};

interface Answer<T> {
  readonly data?: T;
}

/** What a request came back with. */
export async function answered<T>(asked: Promise<Answer<T>>): Promise<NonNullable<T>> {
  return (await asked).data as NonNullable<T>;
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** So many a request; the most that the API gives. */
const PAGE_LIMIT = 500;

/** A list, a page at a time. */
export async function* pages<Item>(
  ask: (query: { limit: number; cursor?: string }) => Promise<Answer<Page<Item>>>,
): AsyncGenerator<readonly Item[]> {
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = cursor === '' ? { limit: PAGE_LIMIT } : { limit: PAGE_LIMIT, cursor };
    const page: Page<Item> = await answered(ask(query));
    yield page.items;
    cursor = page.next;
  }
}

/** The whole of a list that fits into memory. */
export async function everyOne<Item>(
  ask: (query: { limit: number; cursor?: string }) => Promise<Answer<Page<Item>>>,
): Promise<Item[]> {
  const all: Item[] = [];
  for await (const items of pages(ask)) all.push(...items);
  return all;
}
