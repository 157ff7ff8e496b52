import { randomUUID } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { Log } from '#config/log.ts';

declare module 'hono' {
  interface ContextVariableMap {
    /** Why a request was refused or failed; set where the answer is made. */
    readonly problemCode: string | undefined;
  }
}

/** What supervisors ask every few seconds is not worth a line while all is well. */
const quiet: readonly string[] = ['/healthz', '/readyz', '/metrics'];

/** A line for each request, and its number in the answer, so that one leads to the other. */
export function logRequests(log: Log): MiddlewareHandler {
  return async (context, next) => {
    const requestId = randomUUID();
    const beganMs = performance.now();
    context.header('x-request-id', requestId);
    await next();
    const { status } = context.res;
    const route = routeOf(context);
    if (status < 400 && quiet.includes(route ?? '')) return;
    const code = context.get('problemCode');
    log.write({
      ...{ level: status >= 500 ? 'error' : 'info', event: 'request', requestId },
      ...{ method: context.req.method, status, ms: Math.round(performance.now() - beganMs) },
      ...(route === null ? {} : { route }),
      ...(code === undefined ? {} : { code }),
    });
  };
}

/** The pattern that answered; null where nothing but what guards all routes did. */
function routeOf(context: Context): string | null {
  const patterns = matchedRoutes(context).map(({ path }) => path);
  return patterns.findLast((path) => !path.includes('*')) ?? null;
}
