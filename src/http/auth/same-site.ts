import type { Context, MiddlewareHandler } from 'hono';
import { MusterError } from '#domain/errors/muster-error.ts';

/** What a form of any page in the world can send without being asked. */
const simpleTypes = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'];

/**
 * Refuses what changes something when a page of another site sent it with somebody's cookie. Browsers say
 * where a request comes from in headers that no page can write; forms cannot send JSON
 * (https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html,
 * read 2026-11-22). A key is sent by no browser alone, so who sends one need not say.
 */
export function sameSiteOnly(publicUrl: () => string): MiddlewareHandler {
  return async (context, next) => {
    const { method } = context.req;
    const harmless = ['GET', 'HEAD', 'OPTIONS'].includes(method);
    if (!harmless && context.req.header('authorization') === undefined) {
      const said = refusal(context, publicUrl());
      if (said !== null) throw new MusterError('LOGIN_CROSS_SITE', said);
    }
    await next();
  };
}

function refusal({ req }: Context, publicUrl: string): string | null {
  const site = req.header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return `Sec-Fetch-Site is ${site.slice(0, 20)}`;
  }
  const origin = req.header('origin');
  if (origin !== undefined && !isOwn(origin, req.header('host') ?? '', publicUrl)) {
    return 'Origin is another one';
  }
  const type = (req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return simpleTypes.includes(type) ? `Content-Type is ${type}` : null;
}

/** Ours is the address that people open, and the one that this very request was sent to. */
function isOwn(origin: string, host: string, publicUrl: string): boolean {
  if (origin === new URL(publicUrl).origin) return true;
  return host !== '' && URL.parse(origin)?.host === host;
}
