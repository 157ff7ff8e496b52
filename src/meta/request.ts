import { createHmac } from 'node:crypto';
import { assert } from '#domain/errors/assert.ts';
import { type Answer, readAnswer } from './answer.ts';
import { type Clock, sleep } from './clock.ts';
import { type Exchange, exchange, type Fetch, type Timeouts } from './exchange.ts';
import type { Governor } from './governor.ts';
import type { JsonObject } from './json.ts';
import { type Problem, problemOf } from './problems.ts';
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
  /** Told when Meta wants nothing more from this token, or for the ad account that the call was about. */
  readonly onStop: ((problem: Problem, account: string | null) => Promise<void>) | undefined;
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
  /** The governor was asked already, with `admit`. */
  readonly admitted?: boolean;
}

/** Makes calls and reads their answers; `read` gives null for a body that is not what was asked for. */
export interface Requester {
  send<Body>(call: Call, read: (body: JsonObject) => Body | null): Promise<Answer<Body>>;
  /**
   * Asks the governor for one call and waits for it, at most so long; for whoever writes a call down
   * before it makes it. Null: make it now. Otherwise why not, with the time after which to ask again.
   */
  admit(account: string | null, patienceMs: number): Promise<Problem | null>;
  /** Where Meta is asked, and nowhere else may pages be read from. */
  readonly origin: string;
  /** The version that Meta said it answered as, last time: `v26.0`. */
  servedVersion(): string | null;
  /** How far our clock is ahead of Meta's, to the second; null before an answer told its time. */
  clockAheadMs(): number | null;
  /** `development_access` or `standard_access`, as the last answer that told said it. */
  accessTier(): string | null;
}

export function createRequester(options: RequestOptions): Requester {
  const { fetch, governor, clock, timeouts } = options;
  const { origin } = new URL(options.apiBase);
  let servedVersion: string | null = null;
  let accessTier: string | null = null;
  let clockAheadMs: number | null = null;

  async function send<Body>(
    call: Call,
    read: (body: JsonObject) => Body | null,
  ): Promise<Answer<Body>> {
    const { account } = call;
    const nowMs = clock.nowMs();
    const openByMs = Math.min(call.openByMs ?? Infinity, nowMs + timeouts.openMs);
    const heldBack = call.admitted === true ? null : await admit(account, openByMs - nowMs);
    if (heldBack !== null) return { outcome: 'refused', problem: heldBack };
    // By the clock too: the process may have been stopped while it waited.
    if (clock.nowMs() > openByMs) return { outcome: 'refused', problem: heldBackBy(account, null) };
    const init = { method: call.method, ...content(call, options.token) };
    const result = await exchange(fetch, address(call, options), init, timeouts, clock);
    const answered = answeredHeaders(result);
    const usage = readUsage(answered, account);
    servedVersion = answered.get(headers.version) ?? servedVersion;
    accessTier = usage.tier ?? accessTier;
    const answeredMs = Date.parse(answered.get('date') ?? '');
    if (!Number.isNaN(answeredMs)) clockAheadMs = clock.nowMs() - answeredMs;
    const answer = readAnswer(result, { account, apiOrigin: origin }, read);
    const throttled = answer.outcome === 'clean' ? null : answer.problem.throttled;
    await governor.answered(account, { ...usage, throttled });
    if (answer.outcome !== 'clean' && /^stop (connection|account)$/.test(answer.problem.class)) {
      await options.onStop?.(answer.problem, account);
    }
    return answer;
  }

  async function admit(account: string | null, patienceMs: number): Promise<Problem | null> {
    const untilMs = clock.nowMs() + patienceMs;
    for (;;) {
      const waitMs = await governor.ask(account);
      if (waitMs <= 0) return null;
      if (clock.nowMs() + waitMs > untilMs) return heldBackBy(account, waitMs);
      // Another call's answer may lengthen the rest while we wait, so it is asked again.
      await sleep(clock, waitMs);
    }
  }

  return {
    send,
    admit,
    origin,
    servedVersion: () => servedVersion,
    accessTier: () => accessTier,
    clockAheadMs: () => clockAheadMs,
  };
}

function heldBackBy(account: string | null, opensInMs: number | null): Problem {
  return { ...problemOf('held back', { account, httpStatus: null }), opensInMs };
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
