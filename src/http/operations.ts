import { createHash, timingSafeEqual } from 'node:crypto';
import { getConnInfo } from '@hono/node-server/conninfo';
import { Hono } from 'hono';
import type { Context } from 'hono';
import type { Secret } from '#config/secret.ts';
import type { createMetrics } from './metrics.ts';

export interface OperationParts {
  readonly metrics: ReturnType<typeof createMetrics>;
  /** Opens /metrics from elsewhere; null: nothing does. */
  readonly metricsToken: Secret | null;
  /** Rejects while the database does not answer. */
  readonly ping: () => Promise<unknown>;
  /** This process is about to end: send it nothing new. */
  readonly isLeaving: () => boolean;
}

/** What a supervisor and a monitor ask. */
export function operationRoutes(parts: OperationParts): Hono {
  const { metrics, metricsToken, ping, isLeaving } = parts;
  const app = new Hono();
  app.get('/readyz', async (context) => {
    context.header('cache-control', 'no-store');
    if (isLeaving()) return context.json({ ok: false }, 503);
    await ping();
    return context.json({ ok: true });
  });
  app.get('/metrics', async (context) => {
    if (!mayScrape(context, metricsToken)) {
      context.header('www-authenticate', 'Bearer');
      return context.text('Send MUSTER_METRICS_TOKEN as a bearer token', 401);
    }
    context.header('cache-control', 'no-store');
    return context.body(await metrics.text(), 200, { 'content-type': metrics.contentType });
  });
  app.onError((_, context) => context.json({ ok: false }, 503));
  return app;
}

/** With the token from anywhere; without it from this machine, unless somebody passes it on. */
function mayScrape(context: Context, token: Secret | null): boolean {
  const given = /^Bearer (.+)$/.exec(context.req.header('authorization') ?? '')?.[1];
  if (given !== undefined) return token !== null && isSame(given, token.reveal());
  const isPassedOn = ['x-forwarded-for', 'forwarded', 'x-real-ip'].some(
    (name) => context.req.header(name) !== undefined,
  );
  const from = getConnInfo(context).remote.address ?? '';
  const host = context.req.header('host') ?? '';
  return (
    !isPassedOn &&
    /^(127\.|::1$|::ffff:127\.)/.test(from) &&
    /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(host)
  );
}

/** In the same time whatever is given. */
function isSame(given: string, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
