import type { Context, MiddlewareHandler } from 'hono';
import { MusterError } from '#domain/errors/muster-error.ts';
import { useApiKey } from '#store/api-keys.ts';
import type { Store } from '#store/db.ts';
import { hashOfSecret, isApiKey } from './api-key.ts';
import type { ClientAddresses } from './client-address.ts';
import type { Principal } from './principal.ts';
import type { RateWindow } from './rate-window.ts';
import type { SignIn, Visit } from './sign-in.ts';

declare module 'hono' {
  interface ContextVariableMap {
    /** Of whoever asks, measured by us. */
    readonly clientAddress: string | undefined;
    /** Who signed in without the second factor that everybody needs: no principal until a code was shown. */
    readonly halfway: Principal | undefined;
    readonly isHalfway: boolean | undefined;
    /** Of somebody who signed in in a browser. */
    readonly sessionId: string | undefined;
  }
}

export interface AuthenticateParts {
  readonly store: Store;
  readonly signIn: SignIn;
  readonly addresses: ClientAddresses;
  /** Requests of a key or a person. */
  readonly known: RateWindow;
  /** Requests of an address that nobody is signed in at. */
  readonly strangers: RateWindow;
}

/**
 * Finds out who asks: whoever holds the key, else whoever is signed in by the cookie. Says nothing about who
 * may: without a principal the routes refuse.
 * @throws MusterError API_LIMITED
 */
export function authenticate(parts: AuthenticateParts): MiddlewareHandler {
  return async (context, next) => {
    const address = parts.addresses.of(context);
    context.set('clientAddress', address);
    const principal = await principalOf(parts, context);
    const waitSeconds =
      principal === null
        ? parts.strangers.take(address)
        : parts.known.take(`${principal.kind} ${principal.id}`);
    if (waitSeconds > 0) throw new MusterError('API_LIMITED', `${waitSeconds} s to wait`);
    if (principal !== null) {
      context.set(context.get('isHalfway') === true ? 'halfway' : 'principal', principal);
    }
    await next();
  };
}

async function principalOf(
  { store, signIn }: AuthenticateParts,
  context: Context,
): Promise<Principal | null> {
  const header = context.req.header('authorization');
  // Who sends a key means the key: a wrong one is not made good by a cookie.
  if (header !== undefined) return await holderOf(store, header);
  const session = await signIn.sessionOf(visitOf(context));
  if (session === null) return null;
  context.set('sessionId', session.sessionId);
  context.set('isHalfway', session.isHalfway);
  for (const cookie of session.cookies) context.header('set-cookie', cookie, { append: true });
  return session.principal;
}

async function holderOf(store: Store, header: string): Promise<Principal | null> {
  const key = /^Bearer +(\S+) *$/i.exec(header)?.[1] ?? '';
  if (!isApiKey(key)) return null;
  const found = await useApiKey(store, hashOfSecret(key));
  if (found === null) return null;
  const { id, name, role, personalData, credentials, databaseIds } = found;
  const databases = databaseIds ?? 'all';
  return { kind: 'key', id: String(id), name, role, personalData, credentials, databases };
}

/** What signing in needs of a request. */
export function visitOf(context: Context): Visit {
  return { headers: context.req.raw.headers, address: context.get('clientAddress') ?? '' };
}
