import { createHash } from 'node:crypto';
import { Hono, type MiddlewareHandler } from 'hono';
import { getPath } from 'hono/utils/url';
import type { Log } from '#config/log.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { notSignedIn } from './api/api.ts';
import { problemResponse } from './api/problem.ts';
import type { Principal } from './auth/principal.ts';
import { logRequests } from './request-log.ts';
import type { Overview } from './overview.ts';
import { pageStyle } from './_page-style.ts';
import { statusPage } from './status-page.ts';

const styleHash = createHash('sha256').update(pageStyle).digest('base64');

declare module 'hono' {
  interface ContextVariableMap {
    /** Who asks; set for every route that needs somebody. */
    readonly principal: Principal;
  }
}

export interface AppReads {
  /** What is written down of requests; absent: nothing. */
  readonly log?: Log;
  /** The path that Muster stands under, with a slash at its end: `/`, `/muster/`. */
  readonly basePath: string;
  readonly overview: () => Promise<Overview>;
  /** Finds out who asks (auth/authenticate.ts). */
  readonly authenticate: MiddlewareHandler;
  /** Rejects when the database does not answer. */
  readonly ping: () => Promise<unknown>;
  /** Where calls come in, for those who have a key; absent: nowhere. */
  readonly ingest?: Hono;
  /** What supervisors and monitors ask; absent: not offered. */
  readonly operations?: Hono;
  /** The API with its document and page, for whoever is signed in; absent: not offered. */
  readonly api?: Hono;
  /** The last calls that came in after the one of that number, as `events tail` shows them. */
  readonly recentCalls: (afterId: number) => Promise<readonly object[]>;
  /** The check-list of `doctor`, asked of Meta; absent: not offered. */
  readonly doctor?: () => Promise<object>;
  /** What became of runs, requests and people; absent: not shown. */
  readonly runs?: Hono;
  /** The web page; absent: not offered. */
  readonly web?: Hono;
}

/** A status page, the same as JSON, and whether we are well; and a way in for calls. */
export function createApp(reads: AppReads): Hono {
  const { basePath, overview, authenticate, ping, ingest, operations, api } = reads;
  const { recentCalls, doctor, runs, web } = reads;
  const app = new Hono({ getPath: (request) => pathBelow(basePath, getPath(request)) });
  if (reads.log !== undefined) app.use(logRequests(reads.log));
  // Whoever sends calls has a key of another kind, and may be a page of another site.
  if (ingest !== undefined) app.route('/', ingest);
  app.use(guardingHeaders);
  app.get('/healthz', async (context) => {
    try {
      await ping();
      return context.json({ ok: true });
    } catch {
      return context.json({ ok: false }, 503);
    }
  });
  if (operations !== undefined) app.route('/', operations);
  if (api !== undefined) app.route('/', api);
  // The page itself holds nothing that is anybody's: it asks the API, like everybody else.
  if (web !== undefined) app.route('/', web);
  app.use(authenticate, wholeSightOnly);
  app.onError((error, context) => problemResponse(context, error));
  app.get('/status', async (context) => context.html(statusPage(await overview())));
  app.get('/status.json', async (context) => context.json(await overview()));
  app.get('/events.json', async (context) => {
    const after = Number(context.req.query('after') ?? 0);
    return context.json({ calls: await recentCalls(Number.isSafeInteger(after) ? after : 0) });
  });
  if (doctor !== undefined) {
    app.get('/doctor.json', async (context) => context.json(await doctor()));
  }
  if (runs !== undefined) app.route('/', runs);
  app.notFound((context) => context.text('There is no such page', 404));
  return app;
}

/** Proxies differ in whether they take the path away that we stand under: both are understood. */
function pathBelow(basePath: string, path: string): string {
  const base = basePath.slice(0, -1);
  if (base === '' || path === base) return path === base ? '/' : path;
  return path.startsWith(basePath) ? path.slice(base.length) : path;
}

/** These documents are about all databases, and name people where somebody asks why. */
const wholeSightOnly: MiddlewareHandler = async (context, next) => {
  const principal = context.get('principal') as Principal | undefined;
  if (principal === undefined) throw notSignedIn(context.get('halfway'));
  if (principal.databases !== 'all' || !principal.personalData) {
    throw new MusterError('API_NOT_ALLOWED', 'all databases, and the right to see personal data');
  }
  await next();
};

/** On every answer that does not say otherwise: nothing is kept, framed, guessed or told to others. */
const guardingHeaders: MiddlewareHandler = async (context, next) => {
  await next();
  for (const [name, value] of Object.entries(guarding)) {
    if (!context.res.headers.has(name)) context.header(name, value);
  }
};

const guarding = {
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  // Browsers take it over https alone, and let it be otherwise (RFC 6797, 8.1).
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};
