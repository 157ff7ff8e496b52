import { randomBytes } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { openLoginSecret } from '#connections/login-secret.ts';
import { authenticate } from '#http/auth/authenticate.ts';
import type { SingleSignOn } from '#http/auth/better-auth.ts';
import { ClientAddresses } from '#http/auth/client-address.ts';
import { everything, offerLink, welcomeUrl } from '#http/auth/links.ts';
import { RateWindow } from '#http/auth/rate-window.ts';
import { SignIn } from '#http/auth/sign-in.ts';
import { recordAuditIn } from '#store/audit.ts';
import { dropEndedLogins } from '#store/login-attempts.ts';
import {
  countLoginUsers,
  createLoginUser,
  demoEmail,
  findLoginUser,
  isLoginEmail,
} from '#store/login-users.ts';
import { atTerminal } from './at-terminal.ts';
import { openMailer } from './senders.ts';
import type { Session } from './session.ts';

const MINUTE_MS = 60_000;
/** A page asks a few times a second; a script that asks more often has a bulk endpoint. */
const REQUESTS_OF_ONE_MAX = 6_000;
const REQUESTS_OF_STRANGERS_MAX = 3_000;

/** Who asks, for everything that is served; `publicUrl` is asked for once it listens. */
export async function openAuth(
  session: Session,
  publicUrl: () => string,
): Promise<{ readonly signIn: SignIn; readonly whoAsks: MiddlewareHandler }> {
  const { store, clock } = await session.muster();
  await dropEndedLogins(store);
  const signIn = new SignIn({
    ...{ store, publicUrl, singleSignOn: singleSignOnOf(session) },
    mailer: await openMailer(session),
    secret: async () => await openLoginSecret(store, await session.tools.keys()),
  });
  session.atEnd(() => signIn.settled());
  const whoAsks = authenticate({
    ...{ store, signIn, addresses: new ClientAddresses(session.settings.trustedProxies) },
    known: new RateWindow(REQUESTS_OF_ONE_MAX, MINUTE_MS, clock),
    strangers: new RateWindow(REQUESTS_OF_STRANGERS_MAX, MINUTE_MS, clock),
  });
  return { signIn, whoAsks };
}

function singleSignOnOf({ settings, secrets }: Session): SingleSignOn | null {
  const { oidcIssuer: issuer, oidcClientId: clientId, oidcName: name } = settings;
  const clientSecret = secrets.oidcClientSecret;
  if (issuer === null || clientId === null || clientSecret === null) return null;
  return { name, issuer, clientId, clientSecret };
}

/** As long as nobody may sign in: a link by which the first one makes themselves owner; else null. */
export async function firstStartUrl(session: Session, base: string): Promise<string | null> {
  const { store } = await session.muster();
  if ((await countLoginUsers(store)) > 0) return null;
  const { token } = await store.tx((tx) =>
    offerLink(tx, { ...everything, kind: 'first-start', madeBy: 'serve' }, randomBytes),
  );
  return welcomeUrl(base, token);
}

/**
 * A link that signs straight in as owner of the demo's database, from this machine alone. Where people
 * have accounts they sign in with those: null.
 */
export async function demoUrl(
  session: Session,
  base: string,
  databaseId: number,
): Promise<string | null> {
  const { store } = await session.muster();
  if ((await countLoginUsers(store)) > 0) return null;
  const rights = { ...everything, databaseIds: [databaseId] };
  const { token } = await store.tx(async (tx) => {
    const known = await isLoginEmail(tx, demoEmail);
    const user = known
      ? await findLoginUser(tx, demoEmail)
      : await createLoginUser(tx, {
          ...{ ...rights, name: 'Demo', email: demoEmail, passwordHash: null },
        });
    await recordAuditIn(tx, atTerminal(), 'demo.link', { database: databaseId });
    const offer = { ...rights, kind: 'demo' as const, userId: user.id, madeBy: 'demo' };
    return await offerLink(tx, offer, randomBytes);
  });
  return welcomeUrl(base, token);
}
