import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Context, Hono } from 'hono';
import { MusterError } from '#domain/errors/muster-error.ts';

const compress = promisify(gzip);

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

interface WebFile {
  readonly bytes: Buffer;
  readonly type: string;
  readonly etag: string;
  /** Made when somebody asks for it the first time. */
  gzipped?: Promise<Buffer>;
}

export interface WebAppOptions {
  /** Settles when the page is built; rejects when it cannot be. */
  readonly built: Promise<unknown>;
  readonly directory: string;
  /** The path that Muster stands under, with a slash at its end: `/`, `/muster/`. */
  readonly basePath: string;
}

/**
 * The web page: its files, and index.html for every other address that a person opens, since the page
 * itself knows what stands there. It reads nothing of the database.
 */
export function createWebApp({ built, directory, basePath }: WebAppOptions): Hono {
  // Whoever asks hears why; nobody may be there to ask.
  built.catch(() => {});
  let files: ReadonlyMap<string, WebFile> | undefined;
  const read = async () => {
    await built;
    files ??= readFiles(directory);
    return files;
  };
  const app = new Hono();
  app.get('/assets/*', async (context) => {
    const file = (await read()).get(context.req.path);
    if (file === undefined) return context.text('There is no such file', 404);
    // Its name changes with what is in it.
    context.header('cache-control', 'public, max-age=31536000, immutable');
    context.header('etag', file.etag);
    return await answer(context, file);
  });
  app.get('*', async (context, next) => {
    if (!isForPeople(context)) return await next();
    const index = (await read()).get('/index.html');
    return index === undefined ? await next() : await answerPage(context, index, basePath);
  });
  app.onError((error, context) => {
    if (!(error instanceof MusterError)) throw error;
    return context.text(`${error.code}: ${error.message}\n\n${error.next}\n`, 503);
  });
  return app;
}

/** Somebody opens an address in a browser; scripts and pictures are asked for by their own names. */
function isForPeople({ req }: Context): boolean {
  if (/^\/(api|v1|status|docs|healthz|readyz)(\/|$)/.test(req.path)) return false;
  if (/\.[^/]*$/.test(req.path)) return false;
  return req.path === '/' || (req.header('accept') ?? '').includes('text/html');
}

async function answerPage(context: Context, { bytes }: WebFile, basePath: string) {
  const nonce = randomBytes(16).toString('base64');
  const page = bytes
    .toString('utf8')
    .replace('<base href="/"', `<base href="${basePath}"`)
    .replace('name="style-nonce" content=""', `name="style-nonce" content="${nonce}"`);
  context.header('cache-control', 'no-store');
  context.header('x-content-type-options', 'nosniff');
  context.header('referrer-policy', 'same-origin');
  context.header('content-security-policy', securityPolicy(nonce));
  return await answer(context, {
    bytes: Buffer.from(page),
    type: mediaTypes['.html'] ?? '',
    etag: '',
  });
}

/** Only what comes from here, and style elements that carry this page's nonce; no script in the page. */
function securityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

async function answer(context: Context, file: WebFile) {
  context.header('content-type', file.type);
  context.header('vary', 'accept-encoding');
  context.header('x-content-type-options', 'nosniff');
  if (file.etag !== '' && context.req.header('if-none-match') === file.etag) {
    return context.body(null, 304);
  }
  if (!(context.req.header('accept-encoding') ?? '').includes('gzip')) {
    return context.body(new Uint8Array(file.bytes));
  }
  file.gzipped ??= compress(file.bytes);
  context.header('content-encoding', 'gzip');
  return context.body(new Uint8Array(await file.gzipped));
}

/** All of it is held: less than a picture of a phone. By path: `/assets/index-8N23iTTW.css`. */
function readFiles(directory: string): ReadonlyMap<string, WebFile> {
  return new Map(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .flatMap((path) => {
        const type = mediaTypes[extname(path)];
        if (type === undefined) return [];
        const bytes = readFileSync(path);
        const etag = `"${createHash('sha256').update(bytes).digest('base64url')}"`;
        const name = path.slice(directory.length).replaceAll(sep, '/');
        return [[name, { bytes, type, etag }] as const];
      }),
  );
}
