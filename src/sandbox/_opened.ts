import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import { openSandbox, type Sandbox, type SandboxOptions } from './sandbox.ts';

/** A sandbox for one test, with a clock that stands until it is moved. */
export interface Opened {
  readonly sandbox: Sandbox;
  readonly account: string;
  readonly clock: { now: number };
  /** Calls the newest version with a token in a header; parameters go as a JSON body or a query. */
  call(method: string, path: string, params?: object, token?: string): Promise<Called>;
  /** Calls /_sandbox/…: reads, or posts what is given. */
  admin(path: string, body?: object): Promise<Called>;
  createAudience(name?: string, more?: object): Promise<string>;
  add(audience: string, schema: string[] | string, data: unknown[]): Promise<Called>;
  remove(audience: string, schema: string[] | string, data: unknown[]): Promise<Called>;
  /** The rows that it says it holds, each cut to its first three cells: EXTERN_ID, EMAIL, PHONE. */
  heads(audience: string): Promise<string[][]>;
  truth(audience: string): Promise<Truth>;
  /** Asks what only the sandbox can tell, or tells it something where `body` is given. */
  ask<T = Record<string, unknown>>(path: string, body?: object): Promise<T>;
}

export interface Called {
  readonly status: number;
  readonly headers: Headers;
  /** What tests read out of answers of every shape. */
  readonly body: Body;
}

interface Body extends Record<string, unknown> {
  readonly id: string;
  readonly data: Record<string, unknown>[];
  readonly paging?: { cursors: { before: string; after: string }; next?: string };
  readonly error: Record<string, unknown>;
}

interface Truth {
  readonly id: string;
  readonly name: string;
  readonly account: string;
  readonly schema: string[];
  readonly rowsHeld: number;
  readonly peopleMatched: number;
}

export const origin = 'http://localhost';

export async function openForTest(options: Partial<SandboxOptions> = {}): Promise<Opened> {
  const clock = { now: Date.UTC(2026, 10, 22, 9) };
  const sandbox = await openSandbox({
    directory: null,
    clock: () => clock.now,
    random: seededRandom(7),
    ...options,
  });
  onTestFinished(() => sandbox.close());
  const account = must(sandbox.adAccounts[0], 'an ad account').id;

  const call: Opened['call'] = async (method, path, params = {}, token = sandbox.token) => {
    const url = new URL(`/v26.0/${path}`, origin);
    const headers = new Headers({ authorization: `Bearer ${token}` });
    if (method === 'GET') {
      for (const [name, value] of Object.entries(params)) url.searchParams.set(name, String(value));
      return readAnswer(await sandbox.fetch(new Request(url, { headers })));
    }
    headers.set('content-type', 'application/json');
    const init: RequestInit = { method, headers, body: JSON.stringify(params) };
    return readAnswer(await sandbox.fetch(url, init));
  };
  const readTruth = (path: string) => sandbox.fetch(`${origin}/_sandbox/audiences/${path}`);
  return {
    sandbox,
    account,
    clock,
    call,
    async admin(path, body) {
      const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
      return readAnswer(await sandbox.fetch(`${origin}/_sandbox/${path}`, init));
    },
    async createAudience(name = 'Lapsed', more = {}) {
      const created = await call('POST', `${account}/customaudiences`, {
        name,
        subtype: 'CUSTOM',
        customer_file_source: 'USER_PROVIDED_ONLY',
        ...more,
      });
      return created.body.id;
    },
    add: (audience, schema, data) =>
      call('POST', `${audience}/users`, { payload: { schema, data } }),
    remove: (audience, schema, data) =>
      call('DELETE', `${audience}/users`, { payload: { schema, data } }),
    async heads(audience) {
      const lines = (await (await readTruth(`${audience}/rows`)).text()).split('\n');
      return lines
        .filter((line) => line !== '')
        .map((line) => (JSON.parse(line) as string[]).slice(0, 3));
    },
    truth: async (audience) => (await (await readTruth(audience)).json()) as Truth,
    async ask<T>(path: string, body?: object) {
      const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
      const answer = await sandbox.fetch(`${origin}/_sandbox/${path}`, init);
      if (!answer.ok) throw new Error(await answer.text());
      return (await answer.json()) as T;
    },
  };
}

/** A directory of its own for one test. */
export function directoryForTest(): string {
  const directory = mkdtempSync(join(tmpdir(), 'muster-sandbox-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true, maxRetries: 3 }));
  return directory;
}

export async function readAnswer(response: Response): Promise<Called> {
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Body,
  };
}

/** SHA-256 as Meta wants it. */
export function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The same numbers from 0 up to 1 for the same seed (Park and Miller). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
