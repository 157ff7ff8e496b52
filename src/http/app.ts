import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import type { Principal } from './auth/principal.ts';
import type { Overview } from './overview.ts';
import { pageStyle } from './_page-style.ts';
import { statusPage } from './status-page.ts';

/** Names by which a page on the web cannot reach us, whatever address its own name resolves to. */
const loopbackHost = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/;

const styleHash = createHash('sha256').update(pageStyle).digest('base64');

declare module 'hono' {
  interface ContextVariableMap {
    /** Who asks; set for every route that needs somebody. */
    readonly principal: Principal;
  }
}

export interface AppReads {
  readonly overview: () => Promise<Overview>;
  /** Rejects when the database does not answer. */
  readonly ping: () => Promise<unknown>;
  /** Where calls come in, for those who have a key; absent: nowhere. */
  readonly ingest?: Hono;
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
  const { overview, ping, ingest, api, recentCalls, doctor, runs, web } = reads;
  const app = new Hono();
  // Before the look at the host: a key is what lets in there, also behind a proxy.
  if (ingest !== undefined) app.route('/', ingest);
  if (api !== undefined) app.route('/', api);
  // Its answers carry a policy of their own, and nothing that is anybody's.
  if (web !== undefined) app.route('/', web);
  app.use(async (context, next) => {
    // Without logins only this machine may look (contract.md), also under another name for it.
    if (!loopbackHost.test(context.req.header('host') ?? '')) {
      return context.text('Only from this machine', 403);
    }
    await next();
    context.header('cache-control', 'no-store');
    context.header('x-content-type-options', 'nosniff');
    context.header('referrer-policy', 'no-referrer');
    context.header(
      'content-security-policy',
      `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    return undefined;
  });
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
  app.get('/healthz', async (context) => {
    await ping();
    return context.json({ ok: true });
  });
  app.notFound((context) => context.text('There is no such page', 404));
  app.onError((_, context) => context.json({ ok: false }, 503));
  return app;
}
