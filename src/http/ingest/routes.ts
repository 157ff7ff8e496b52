import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { ErrorCode } from '#domain/errors/catalogue.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { CallType, Refusal } from '#ingest/call.ts';
import { keyOfBody, parseBody, readCalls } from '#ingest/read-request.ts';
import type { Db } from '#store/db.ts';
import type { Acceptance } from '#sync/accept-calls.ts';
import { browserSettings } from './browser-settings.ts';
import { Bodies } from './_bodies.ts';
import { ShownCalls } from './_shown-calls.ts';
import { WriteKeys } from './_write-keys.ts';

export interface IngestParts {
  readonly db: Db;
  /** Resolves when it is durable. */
  readonly accept: (acceptance: Acceptance) => Promise<void>;
  /** Throws INGEST_BUSY or INGEST_KEY_BUSY when more waits already than should. */
  readonly checkRoom: (databaseId: number) => void;
  readonly clock: () => number;
  readonly newMessageId: () => string;
}

/** The long names of Segment's HTTP API, and the short ones that its browser SDK uses. */
const paths: Readonly<Record<string, CallType | 'several'>> = {
  ...{ identify: 'identify', track: 'track', page: 'page', screen: 'screen', group: 'group' },
  ...{ alias: 'alias', batch: 'several', import: 'several' },
  ...{ i: 'identify', t: 'track', p: 'page', s: 'screen', g: 'group', a: 'alias', b: 'several' },
};

/** What an answer says besides its code; anything else is our fault or the database's, and passes. */
const statuses: { readonly [Code in ErrorCode]?: ContentfulStatusCode } = {
  INGEST_KEY_MISSING: 401,
  INGEST_KEY_UNKNOWN: 401,
  INGEST_BODY_INVALID: 400,
  INGEST_CALL_REFUSED: 400,
  INGEST_TOO_LARGE: 413,
  INGEST_KEY_BUSY: 429,
  INGEST_BUSY: 503,
};

const RETRY_AFTER_SECONDS = '1';
const REFUSED_TOLD_MAX = 100;

/** Any page may send: what may be sent is decided by the key, and nothing can be read. */
const cors = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-max-age': '86400',
  // A browser shows it to the SDK only if told to.
  'access-control-expose-headers': 'Retry-After',
};

/** Calls of Segment's SDKs and of everything that speaks like them. */
export function ingestRoutes(parts: IngestParts): Hono {
  const app = new Hono();
  const keys = new WriteKeys(parts.db, parts.clock);
  const bodies = new Bodies();
  const shown = new ShownCalls(parts.clock);

  app.options('/v1/*', (context) => {
    const asked = context.req.header('access-control-request-headers');
    return context.body(null, 204, {
      ...cors,
      'access-control-allow-headers': asked ?? 'authorization, content-type',
    });
  });

  app.get('/v1/projects/:key/settings', async (context) => {
    const key = context.req.param('key');
    if ((await keys.databaseOf(key)) === null) return failed(context, keyUnknown());
    const { host } = new URL(context.req.url);
    // Behind a web server with TLS the browser came by https, whatever we see ourselves.
    const protocol = context.req.header('x-forwarded-proto') === 'https' ? 'https' : 'http';
    return context.json(browserSettings(key, { host, protocol }), 200, cors);
  });

  // How the browser SDK fares; nobody here wants to know.
  app.post('/v1/m', (context) => context.json({ success: true }, 200, cors));

  app.post('/v1/:path', async (context) => {
    const type = paths[context.req.param('path')];
    if (type === undefined) return context.json({ success: false }, 404, cors);
    let databaseId: number | null = null;
    const enter = async (key: string): Promise<number> => {
      databaseId = await keys.databaseOf(key);
      if (databaseId === null) throw keyUnknown();
      parts.checkRoom(databaseId);
      return databaseId;
    };
    try {
      const headerKey = keyOfHeader(context.req.header('authorization'));
      // Whoever has to come back later hears it before anything is read.
      if (headerKey !== null) await enter(headerKey);
      const body = await parseBody(await bodies.read(context.req));
      const bodyKey = keyOfBody(body);
      if (headerKey === null && bodyKey === null) throw new MusterError('INGEST_KEY_MISSING');
      const into = databaseId ?? (await enter(bodyKey ?? ''));
      const only = type === 'several' ? null : type;
      const hasGpc = context.req.header('sec-gpc') === '1';
      const { calls, refused } = readCalls(body, only, parts.newMessageId, hasGpc);
      const row = {
        ...{ databaseId: into, callCount: calls.length },
        calls: JSON.stringify(calls),
      };
      const recent = shown.ofRequest(into, calls, refused);
      if (calls.length + recent.length > 0) {
        await parts.accept({ row: calls.length === 0 ? null : row, recent });
      }
      return answered(context, calls.length, refused);
    } catch (error) {
      if (isSendersFault(error)) {
        await parts
          .accept({ row: null, recent: shown.ofFailure(databaseId, error.message) })
          .catch(() => {});
      }
      return failed(context, error);
    }
  });
  return app;
}

/** The user name of Basic authentication, whatever the password. */
function keyOfHeader(authorization: string | undefined): string | null {
  const encoded = authorization?.match(/^Basic +([\w+/=-]+) *$/i)?.[1];
  if (encoded === undefined) return null;
  const [name = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return name === '' ? null : name;
}

function keyUnknown(): MusterError {
  return new MusterError('INGEST_KEY_UNKNOWN');
}

function isSendersFault(error: unknown): error is MusterError {
  return error instanceof MusterError && (statuses[error.code] ?? 500) < 429;
}

function answered(context: Context, accepted: number, refused: readonly Refusal[]): Response {
  if (refused.length === 0) return context.json({ success: true }, 200, cors);
  const told = refused.slice(0, REFUSED_TOLD_MAX);
  if (accepted > 0) return context.json({ success: true, accepted, refused: told }, 200, cors);
  return failed(context, new MusterError('INGEST_CALL_REFUSED', refused[0]?.reason), told);
}

function failed(context: Context, error: unknown, refused?: readonly Refusal[]): Response {
  const known = error instanceof MusterError ? error : null;
  const status = (known === null ? undefined : statuses[known.code]) ?? 503;
  if (status === 429 || status === 503) context.header('retry-after', RETRY_AFTER_SECONDS);
  if (status === 401) context.header('www-authenticate', 'Basic realm="write key"');
  // What the database says is for our log, not for whoever asks.
  const { code, message, next } =
    known !== null && statuses[known.code] !== undefined ? known : new MusterError('INGEST_BUSY');
  return context.json({ success: false, code, message, next, refused }, status, cors);
}
