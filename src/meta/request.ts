import { createHmac } from 'node:crypto';
import { assert } from '#domain/errors/assert.ts';
import { type Answer, readAnswer } from './answer.ts';
import type { Clock } from './clock.ts';
import { type Exchange, exchange, type Fetch, type Timeouts } from './exchange.ts';
import type { Governor } from './governor.ts';
import type { JsonObject } from './json.ts';
import { problemOf } from './problems.ts';
import { readUsage } from './usage.ts';
import { headers, params } from './wire.ts';

export interface RequestOptions {
  readonly fetch: Fetch;
  /** Without a version: `https://graph.facebook.com`, or where the sandbox listens. */
  readonly apiBase: string;
  /** Like `v26.0`. */
  readonly version: string;
  /** Null before a login has brought one. */
  readonly token: string | null;
  readonly appSecret: string | null;
  readonly governor: Governor;
  readonly clock: Clock;
  readonly timeouts: Timeouts;
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** After the version, without a slash in front. */
  readonly path: string;
  /** `act_<number>`: whose limits the call counts against. */
  readonly account: string | null;
  /** Never holds people, tokens or secrets: addresses end up in logs. */
  readonly query?: Readonly<Record<string, string>>;
  /** Bytes are JSON that is already encoded. */
  readonly body?: Uint8Array | JsonObject | URLSearchParams;
  /** In place of the connection's token; null sends none. */
  readonly token?: string | null;
  /** By the client's clock: a request that has not been opened by then is not sent at all. */
  readonly openByMs?: number;
}

/** Makes calls and reads their answers; `read` gives null for a body that is not what was asked for. */
export interface Requester {
  send<Body>(call: Call, read: (body: JsonObject) => Body | null): Promise<Answer<Body>>;
  /** Where pages may be read from. */
  readonly origin: string;
  /** The version that Meta said it answered as, last time: `v26.0`. */
  servedVersion(): string | null;
  /** `development_access` or `standard_access`, as the last answer that told said it. */
  accessTier(): string | null;
}

export function createRequester(options: RequestOptions): Requester {
  const { fetch, governor, clock, timeouts } = options;
  let servedVersion: string | null = null;
  let accessTier: string | null = null;

  async function send<Body>(
    call: Call,
    read: (body: JsonObject) => Body | null,
  ): Promise<Answer<Body>> {
    const { account } = call;
    const openByMs = Math.min(call.openByMs ?? Infinity, clock.nowMs() + timeouts.openMs);
    if (!(await allowed(governor, account, clock, openByMs))) {
      return { outcome: 'refused', problem: problemOf('held back', { account, httpStatus: null }) };
    }
    const init = { method: call.method, ...content(call, options.token) };
    const result = await exchange(fetch, address(call, options), init, timeouts, clock);
    const answered = answeredHeaders(result);
    const usage = readUsage(answered, account);
    servedVersion = answered.get(headers.version) ?? servedVersion;
    accessTier = usage.tier ?? accessTier;
    const answer = readAnswer(result, account, read);
    const throttled = answer.outcome === 'clean' ? null : answer.problem.throttled;
    governor.after(account, { ...usage, throttled });
    return answer;
  }

  return {
    send,
    origin: new URL(options.apiBase).origin,
    servedVersion: () => servedVersion,
    accessTier: () => accessTier,
  };
}

/** Waits for the governor, but not beyond the moment by which the request has to be open. */
async function allowed(
  governor: Governor,
  account: string | null,
  clock: Clock,
  openByMs: number,
): Promise<boolean> {
  const waiting = new AbortController();
  const cancel = clock.after(openByMs - clock.nowMs() + 1, () => waiting.abort());
  try {
    await Promise.race([governor.before(account, waiting.signal), aborted(waiting.signal)]);
    // By the clock too: the process may have been stopped while it waited.
    return !waiting.signal.aborted && clock.nowMs() <= openByMs;
  } finally {
    cancel();
    waiting.abort();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function address(call: Call, { apiBase, version, token, appSecret }: RequestOptions): string {
  const url = new URL(`${apiBase.replace(/\/+$/, '')}/${version}/${call.path}`);
  for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
  assert(!url.searchParams.has(params.accessToken), 'no token stands in an address');
  const signing = call.token === undefined ? token : call.token;
  if (appSecret !== null && signing !== null) {
    url.searchParams.set(params.appsecretProof, appsecretProof(appSecret, signing));
  }
  return url.href;
}

function content(call: Call, connectionToken: string | null): RequestInit {
  const token = call.token === undefined ? connectionToken : call.token;
  const fields = new Headers({ accept: 'application/json', 'user-agent': 'muster' });
  if (token !== null) fields.set('authorization', `Bearer ${token}`);
  if (call.body === undefined) return { headers: fields };
  if (call.body instanceof URLSearchParams) return { headers: fields, body: call.body };
  fields.set('content-type', 'application/json');
  const body = call.body instanceof Uint8Array ? call.body : JSON.stringify(call.body);
  return { headers: fields, body: body as NonNullable<RequestInit['body']> };
}

function answeredHeaders(result: Exchange): Headers {
  if (result.kind === 'answered') return result.headers;
  return result.answered?.headers ?? new Headers();
}

/**
 * Proves that a call comes from the app's server
 * (https://developers.facebook.com/docs/graph-api/guides/secure-requests, read 2026-09-12).
 */
export function appsecretProof(appSecret: string, token: string): string {
  return createHmac('sha256', appSecret).update(token).digest('hex');
}
