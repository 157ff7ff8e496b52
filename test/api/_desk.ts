import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from 'openapi-fetch';
import { expect, vi } from 'vitest';
import type { z } from '@hono/zod-openapi';
import type { KeyRing } from '#connections/key.ts';
import { openSource } from '#connections/open-source.ts';
import type { Installation } from '#http/api/api.ts';
import { apiRoutes } from '#http/api/serve.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { Secret } from '#config/secret.ts';
import type { Principal } from '#http/auth/principal.ts';
import { SignIn } from '#http/auth/sign-in.ts';
import { apiClient, apiPath } from '#http/client.ts';
import type { Paths } from '#http/contract.ts';
import { listenOnLoopback } from '#http/listen.ts';
import type { Muster } from '#sync/muster.ts';
import { Chance } from '../exact/chance.ts';
import { openPlace, type Place } from '../exact/place.ts';
import { contractModules } from './_contract.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** Muster with a sandbox behind it and a real server before it, and clients of whoever shall ask. */
export interface ApiDesk extends AsyncDisposable {
  readonly place: Place;
  /** The place's, which opens sources too. */
  readonly muster: Muster;
  /** For files of the test; `data` in it is the installation's own. */
  readonly directory: string;
  readonly url: string;
  /** A typed client; each answer is held against the contract. */
  as(principal: Partial<Principal>): Client<Paths>;
  /** A key that a plain request is made with, as that somebody. */
  keyOf(principal: Partial<Principal>): string;
  /** Of somebody who may do everything. */
  readonly owner: Client<Paths>;
  readonly stranger: Client<Paths>;
  /** What the owner gets by a plain request; `path` begins behind /api/v1. */
  ask(path: string, init?: RequestInit): Promise<Response>;
}

const owner: Principal = {
  ...{ kind: 'user', id: '1', name: 'Olga', role: 'owner' },
  ...{ personalData: true, credentials: true, databases: 'all' },
};

export async function openApiDesk(): Promise<ApiDesk> {
  const place = await openPlace(new Chance(5));
  const directory = await mkdtemp(join(tmpdir(), 'muster-api-'));
  const installation = installationOf(place, directory);
  const muster: Muster = {
    ...place.muster,
    openSource: async (id) =>
      openSource(place.muster.store, await installation.tools.keys(), id, installation.sources),
  };
  const known = new Map<string, Principal>();
  const signIn = new SignIn({
    ...{ store: place.muster.store, publicUrl: () => 'http://127.0.0.1', singleSignOn: null },
    mailer: null,
    secret: () => Promise.resolve(new Secret('of these tests, and long enough')),
  });
  const app = apiRoutes({ muster, installation, signIn }, async (context, next) => {
    const key = context.req.header('authorization')?.replace('Bearer ', '') ?? '';
    const principal = known.get(key);
    if (principal !== undefined) context.set('principal', principal);
    await next();
  });
  const listening = await listenOnLoopback(app, [0]);
  const keyOf = (principal: Partial<Principal>) => {
    const key = `key-${known.size + 1}`;
    known.set(key, { ...owner, ...principal });
    return key;
  };
  const clientOf = (key?: string) =>
    apiClient(listening.url, { fetch: checked, ...(key === undefined ? {} : { key }) });
  const ownersKey = keyOf({});
  return {
    ...{ place, muster, directory },
    url: listening.url,
    keyOf,
    as: (principal) => clientOf(keyOf(principal)),
    owner: clientOf(ownersKey),
    stranger: clientOf(),
    ask: async (path, init = {}) =>
      await fetch(`${listening.url}${apiPath}${path}`, {
        ...init,
        headers: { authorization: `Bearer ${ownersKey}`, ...init.headers },
      }),
    async [Symbol.asyncDispose]() {
      await listening.close();
      await place[Symbol.asyncDispose]();
      await rm(directory, { recursive: true });
    },
  };
}

export function installationOf({ sandbox, clock }: Place, directory: string): Installation {
  const keys: KeyRing = [randomBytes(32)];
  return {
    tools: {
      fetch: (url, init) => sandbox.fetch(new Request(url, init)),
      clock: { nowMs: () => clock.nowMs, after: () => () => {} },
      governor: { ask: () => Promise.resolve(0), answered: () => Promise.resolve() },
      version: 'v26.0',
      keys: () => Promise.resolve(keys),
    },
    sources: { spool: join(directory, 'pick-up'), ownHosts: [] },
    dataDirectory: join(directory, 'data'),
    serverKind: 'external',
    diagnose: () => Promise.resolve([]),
    app: null,
    apiVersion: 'v26.0',
    quotaSharePercent: 100,
    startSample: () => Promise.reject(new MusterError('SAMPLE_NOT_EMPTY', 'a desk of tests')),
  };
}

/** Fetches, and holds the answer against what the contract says comes back. */
async function checked(request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const response = await fetch(request);
  const isJson = (response.headers.get('content-type') ?? '').split(';')[0]?.endsWith('json');
  // Sparse answers are parts of what is declared.
  if (isJson && !searchParams.has('fields')) {
    const schema = schemaOf(request.method, pathname.slice(apiPath.length), response.status);
    const body: unknown = await response.clone().json();
    const { error } = schema.safeParse(body);
    expect(error?.issues, `${request.method} ${pathname} ${response.status}`).toBeUndefined();
  }
  return response;
}

interface Declared {
  readonly method: string;
  readonly path: string;
  readonly responses: Record<string, { content?: Record<string, { schema: unknown }> }>;
}

const routes = contractModules
  .flatMap((module) => Object.values(module as Record<string, unknown>))
  .filter((one): one is Declared => typeof one === 'object' && one !== null && 'x-access' in one);

function schemaOf(method: string, path: string, status: number): z.ZodType {
  const matches = (route: Declared) =>
    route.method === method.toLowerCase() &&
    new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path);
  // `/runs/now` is nearer than `/runs/{runId}`.
  const route = routes.filter(matches).toSorted((a, b) => braces(a) - braces(b))[0];
  const answer = route?.responses[status] ?? route?.responses['default'];
  const [content] = Object.values(answer?.content ?? {});
  if (content === undefined) throw new Error(`${method} ${path} ${status} is not declared`);
  return content.schema as z.ZodType;
}

function braces({ path }: Declared): number {
  return path.split('{').length;
}
