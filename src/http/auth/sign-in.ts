import { hash, randomBytes } from 'node:crypto';
import type { Mailer } from '#alerts/mail.ts';
import type { Secret } from '#config/secret.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { recordAudit } from '#store/audit.ts';
import type { Store } from '#store/db.ts';
import { countAttempt, forgetAttempts } from '#store/login-attempts.ts';
import { endSession, noteSession, userOfSession } from '#store/login-sessions.ts';
import { findLoginUser, isLoginEmail, type LoginUser, setPassword } from '#store/login-users.ts';
import { hashBackupCode } from './backup-codes.ts';
import {
  authPath,
  clientAddressHeader,
  type Login,
  openLogin,
  SESSION_MS_MAX,
  type SingleSignOn,
  singleSignOnId,
} from './better-auth.ts';
import { isLoopback } from './client-address.ts';
import { postLink } from './letters.ts';
import { type Acceptance, acceptLink, describeLink, offerReset } from './links.ts';
import { checkPassword, hashPassword } from './password.ts';
import type { Principal } from './principal.ts';

export interface SignInParts {
  readonly store: Store;
  /** Signs cookies; asked for once, when somebody comes. */
  readonly secret: () => Promise<Secret>;
  /** As people open it, origin and base path; known once it listens. */
  readonly publicUrl: () => string;
  readonly singleSignOn: SingleSignOn | null;
  /** Sends links; null: no server for mail is set, and whoever has the terminal makes them. */
  readonly mailer: Mailer | null;
}

/** A request as far as signing in goes. */
export interface Visit {
  readonly headers: Headers;
  readonly address: string;
}

/** What came of a step, and the cookies that go with it. */
export interface Step {
  readonly next: 'signed-in' | 'second-factor';
  readonly cookies: readonly string[];
}

/** A session as it is now. */
interface SessionSeen {
  readonly principal: Principal & { readonly kind: 'user' };
  readonly sessionId: string;
  /** Everybody needs a second factor, and none was shown in it. */
  readonly isHalfway: boolean;
  readonly cookies: readonly string[];
}

const WINDOW_MS = 15 * 60_000;
const TRIES_OF_ACCOUNT_MAX = 10;
const TRIES_OF_ADDRESS_MAX = 100;

/** Signing in and out, in the words of our API. */
export class SignIn {
  readonly parts: SignInParts;
  #login: Promise<Login> | undefined;
  readonly #sending = new Set<Promise<void>>();

  constructor(parts: SignInParts) {
    this.parts = parts;
  }

  /** Opened when the first one comes: before, nobody knows the address that people open. */
  async open(): Promise<Login> {
    this.#login ??= this.parts.secret().then((secret) => {
      const { store, publicUrl, singleSignOn } = this.parts;
      return openLogin(store, { publicUrl: publicUrl(), secret, singleSignOn });
    });
    return await this.#login;
  }

  /** @throws MusterError LOGIN_REFUSED, LOGIN_LIMITED */
  async byPassword(visit: Visit, email: string, password: string): Promise<Step> {
    const account = await this.#countTries(visit.address, `account ${email.toLowerCase()}`);
    const { store } = this.parts;
    const login = await this.open();
    const response = await login.api.signInEmail({
      ...{ body: { email, password }, headers: this.#headersFor(visit), asResponse: true },
    });
    const step = await readStep(response);
    const user = step === null ? null : await findEnabled(store, email);
    if (step === null || user === null) {
      await recordAudit(store, nobody, 'login.refused', { detail: { address: visit.address } });
      throw new MusterError('LOGIN_REFUSED');
    }
    await forgetAttempts(store, account);
    if (step.next === 'signed-in') await this.#noteSignIn(user, visit, 'password');
    return step;
  }

  /** @throws MusterError LOGIN_CODE_REFUSED, LOGIN_LIMITED */
  async bySecondFactor(visit: Visit, code: string): Promise<Step> {
    await this.#countTries(visit.address, null);
    const { store } = this.parts;
    const login = await this.open();
    const headers = this.#headersFor(visit);
    const asked = { headers, asResponse: true } as const;
    // Six digits are the app's; everything else may be a backup code.
    const isOfApp = /^\d{6}$/.test(code);
    const response = isOfApp
      ? await login.api.verifyTOTP({ ...asked, body: { code } })
      : await login.api.verifyBackupCode({ ...asked, body: { code: hashBackupCode(code) } });
    const step = await readStep(response);
    const session = step === null ? null : await this.#sessionBy(visit, step.cookies);
    if (step === null || session === null || (isOfApp && (await this.#isSpent(session, code)))) {
      if (session !== null) await endSession(store, session.principal.id, session.sessionId);
      const detail = { address: visit.address };
      await recordAudit(store, nobody, 'login.code-refused', { detail });
      throw new MusterError('LOGIN_CODE_REFUSED');
    }
    await noteSession(store, session.sessionId, 'second_factor');
    await this.#noteSignIn(session.principal, visit, 'second factor');
    return step;
  }

  /** What a link is for. @throws MusterError LINK_UNKNOWN, LOGIN_LIMITED */
  async describeLink({ address }: Visit, token: string) {
    await this.#countTries(address, null);
    return await describeLink(this.parts.store, token);
  }

  /**
   * Uses a link up and signs in by it.
   * @throws MusterError LINK_UNKNOWN, PASSWORD_WEAK, USER_EMAIL_INVALID, USER_EXISTS, LOGIN_LIMITED
   */
  async byLink(visit: Visit, wish: Acceptance): Promise<Step> {
    const { store } = this.parts;
    const link = await this.describeLink(visit, wish.token);
    const forDemo = link.kind === 'demo';
    // Such a link is as good as a password: on a screen that is shared only this machine may use it.
    if (forDemo && !isLoopback(visit.address)) throw new MusterError('LINK_UNKNOWN');
    const user = await acceptLink(store, wish);
    const actor = { kind: 'user' as const, id: user.id, name: user.name };
    await recordAudit(store, actor, 'link.use', {
      subject: `links/${link.id}`,
      detail: { kind: link.kind },
    });
    const password = forDemo ? await this.#drawPassword(user.id) : (wish.password ?? '');
    return await this.byPassword(visit, user.email, password);
  }

  /** Nobody knows it, and it is good for one sign-in. */
  async #drawPassword(userId: string): Promise<string> {
    const password = randomBytes(24).toString('base64url');
    const passwordHash = await hashPassword(password);
    await this.parts.store.tx((tx) => setPassword(tx, userId, passwordHash));
    return password;
  }

  /** Where to go for single sign-on, and the cookie that has to come back. @throws MusterError API_NOT_FOUND */
  async bySingleSignOn(visit: Visit): Promise<{ url: string; cookies: readonly string[] }> {
    if (this.parts.singleSignOn === null) throw new MusterError('API_NOT_FOUND', 'single sign-on');
    await this.#countTries(visit.address, null);
    const base = this.parts.publicUrl();
    const login = await this.open();
    const response = await login.api.signInSocial({
      body: {
        ...{ provider: singleSignOnId, disableRedirect: true },
        ...{ callbackURL: `${base}/`, errorCallbackURL: `${base}/sign-in` },
      },
      ...{ headers: this.#headersFor(visit), asResponse: true },
    });
    const { url } = (await response.json()) as { url?: string };
    if (!response.ok || url === undefined) throw new MusterError('LOGIN_PROVIDER');
    return { url, cookies: response.headers.getSetCookie() };
  }

  /** The way back from there: a redirect, signed in or with ?error=. */
  async returnFromSingleSignOn(visit: Visit, query: string): Promise<Response> {
    const login = await this.open();
    const base = this.parts.publicUrl();
    const url = `${base}${authPath}/callback/${singleSignOnId}${query}`;
    const response = await login.handler(new Request(url, { headers: this.#headersFor(visit) }));
    const session = await this.#sessionBy(visit, response.headers.getSetCookie());
    const by = 'single sign-on';
    if (session !== null) {
      await noteSession(this.parts.store, session.sessionId, 'single_sign_on');
      await this.#noteSignIn(session.principal, visit, by);
      return response;
    }
    const detail = { address: visit.address, by };
    await recordAudit(this.parts.store, nobody, 'login.refused', { detail });
    const where = response.headers.get('location') ?? '';
    // Who may not sign in any more gets no cookie either.
    return where.includes('error=') ? response : Response.redirect(`${base}/sign-in?error=refused`);
  }

  /** The session that an answer with these cookies begins. */
  async #sessionBy(visit: Visit, cookies: readonly string[]): Promise<SessionSeen | null> {
    const given = cookies.map((cookie) => cookie.replace(/;.*/s, ''));
    return await this.sessionOf({ ...visit, headers: new Headers({ cookie: given.join('; ') }) });
  }

  /** A code of the app is good for a while, and good once (RFC 6238, 5.2, read 2026-11-22). */
  async #isSpent({ principal: { id } }: SessionSeen, code: string): Promise<boolean> {
    const bucket = bucketOf(`code ${id} ${code}`);
    return (await countAttempt(this.parts.store, bucket, WINDOW_MS)).count > 1;
  }

  /** Whose session the cookie is, and the cookie anew when it was prolonged; null: nobody's. */
  async sessionOf(visit: Visit): Promise<SessionSeen | null> {
    if (!(visit.headers.get('cookie') ?? '').includes('muster_session=')) return null;
    const login = await this.open();
    const { response, headers } = await login.api.getSession({
      ...{ headers: this.#headersFor(visit), returnHeaders: true },
    });
    if (response === null) return null;
    const sessionId = response.session.id;
    const user = await userOfSession(this.parts.store, sessionId, SESSION_MS_MAX);
    if (user === null) return null;
    const { id, name, role, personalData, credentials, databaseIds } = user;
    const databases = databaseIds ?? ('all' as const);
    const principal = {
      kind: 'user',
      id,
      name,
      role,
      personalData,
      credentials,
      databases,
    } as const;
    return { principal, sessionId, isHalfway: user.isHalfway, cookies: headers.getSetCookie() };
  }

  /**
   * Lets a link be sent to whoever may sign in by that address, and waits for none of it: neither the
   * answer nor its time says whether the address is known.
   * @throws MusterError LOGIN_LIMITED
   */
  async forgot({ address }: Visit, email: string): Promise<void> {
    await this.#countTries(address, `forgot ${email.toLowerCase()}`);
    const { store, mailer } = this.parts;
    await recordAudit(store, nobody, 'login.forgot', { detail: { address } });
    if (mailer === null) return;
    const sending = this.#sendReset(mailer, email)
      // Whoever asked has their answer: what stands in the way now stands in the way of the next try too.
      .catch(() => {})
      .finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
  }

  /** Until no mail is under way any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#sending);
  }

  async #sendReset(mailer: Mailer, email: string): Promise<void> {
    const { store, publicUrl } = this.parts;
    if (!(await isLoginEmail(store, email))) return;
    const user = await findEnabled(store, email);
    if (user === null) return;
    const offered = await store.tx((tx) => offerReset(tx, user, 'forgot', randomBytes));
    const { mailed, mailError } = await postLink(mailer, offered, user.email, publicUrl());
    // For whoever looks why no mail comes; a stranger does not see it.
    await recordAudit(store, nobody, mailed ? 'login.reset-mailed' : 'login.reset-not-mailed', {
      subject: `users/${user.id}`,
      detail: mailError === null ? null : { code: mailError },
    });
  }

  /** @throws MusterError LOGIN_REFUSED, LOGIN_LIMITED, PASSWORD_WEAK */
  async changePassword(
    visit: Visit,
    wish: { email: string; name: string; current: string; password: string },
  ): Promise<void> {
    const account = await this.#countTries(visit.address, `account ${wish.email}`);
    checkPassword(wish.password, [wish.name, wish.email]);
    const login = await this.open();
    const response = await login.api.changePassword({
      body: { currentPassword: wish.current, newPassword: wish.password },
      ...{ headers: this.#headersFor(visit), asResponse: true },
    });
    if (!response.ok) throw new MusterError('LOGIN_REFUSED');
    await forgetAttempts(this.parts.store, account);
  }

  /** @throws MusterError LOGIN_REFUSED, LOGIN_LIMITED */
  async beginSecondFactor(
    visit: Visit,
    password: string,
  ): Promise<{ uri: string; backupCodes: string[] }> {
    await this.#countTries(visit.address, null);
    const login = await this.open();
    const response = await login.api.enableTwoFactor({
      ...{ body: { password }, headers: this.#headersFor(visit), asResponse: true },
    });
    if (!response.ok) throw new MusterError('LOGIN_REFUSED');
    const { totpURI, backupCodes } = (await response.json()) as {
      totpURI: string;
      backupCodes: string[];
    };
    return { uri: totpURI, backupCodes };
  }

  /**
   * Switches it on, or shows a code in a session without one. Gives the cookie of the session that takes
   * the place of the one before, where one does.
   * @throws MusterError LOGIN_CODE_REFUSED, LOGIN_LIMITED
   */
  async confirmSecondFactor(visit: Visit, code: string): Promise<readonly string[]> {
    await this.#countTries(visit.address, null);
    const login = await this.open();
    const before = await this.sessionOf(visit);
    if (before === null || (await this.#isSpent(before, code))) {
      throw new MusterError('LOGIN_CODE_REFUSED');
    }
    const response = await login.api.verifyTOTP({
      ...{ body: { code }, headers: this.#headersFor(visit), asResponse: true },
    });
    if (!response.ok) throw new MusterError('LOGIN_CODE_REFUSED');
    const cookies = response.headers.getSetCookie();
    // Where it was on already, the session stays the same.
    const { sessionId } = (await this.#sessionBy(visit, cookies)) ?? before;
    await noteSession(this.parts.store, sessionId, 'second_factor');
    return cookies;
  }

  /** @throws MusterError LOGIN_REFUSED, LOGIN_LIMITED */
  async endSecondFactor(visit: Visit, password: string): Promise<readonly string[]> {
    await this.#countTries(visit.address, null);
    const login = await this.open();
    const response = await login.api.disableTwoFactor({
      ...{ body: { password }, headers: this.#headersFor(visit), asResponse: true },
    });
    if (!response.ok) throw new MusterError('LOGIN_REFUSED');
    return response.headers.getSetCookie();
  }

  async signOut(visit: Visit): Promise<readonly string[]> {
    const login = await this.open();
    const response = await login.api.signOut({
      headers: this.#headersFor(visit),
      asResponse: true,
    });
    return response.headers.getSetCookie();
  }

  /** What better-auth gets to see of a request: nothing that a stranger could have put into our header. */
  #headersFor({ headers, address }: Visit): Headers {
    const seen = new Headers({ [clientAddressHeader]: address });
    for (const name of ['cookie', 'user-agent']) {
      const value = headers.get(name);
      if (value !== null) seen.set(name, value);
    }
    return seen;
  }

  async #noteSignIn(user: { id: string; name: string }, { address }: Visit, by: string) {
    const actor = { kind: 'user' as const, id: user.id, name: user.name };
    await recordAudit(this.parts.store, actor, 'login', { detail: { address, by } });
  }

  /**
   * Counted before anything is looked at, and the same for accounts that are not there.
   * @returns the account's bucket
   */
  async #countTries(address: string, account: string | null): Promise<string> {
    const { store } = this.parts;
    const buckets = [
      [bucketOf(`address ${address}`), TRIES_OF_ADDRESS_MAX],
      ...(account === null ? [] : [[bucketOf(account), TRIES_OF_ACCOUNT_MAX] as const]),
    ] as const;
    for (const [bucket, max] of buckets) {
      const { count, secondsLeft } = await countAttempt(store, bucket, WINDOW_MS);
      if (count > max) {
        throw new MusterError('LOGIN_LIMITED', `${max} in 15 minutes; ${secondsLeft} s to wait`);
      }
    }
    return buckets.at(-1)?.[0] ?? '';
  }
}

const nobody = { kind: 'nobody', id: null, name: 'nobody' } as const;

/** Neither addresses nor e-mails stand in the table. */
function bucketOf(text: string): string {
  return hash('sha256', text, 'base64url');
}

async function findEnabled(store: Store, email: string): Promise<LoginUser | null> {
  const user = await findLoginUser(store, email);
  return user.disabledAt === null ? user : null;
}

async function readStep(response: Response): Promise<Step | null> {
  if (!response.ok) return null;
  const body = (await response.clone().json()) as { twoFactorRedirect?: boolean };
  const next = body.twoFactorRedirect === true ? 'second-factor' : 'signed-in';
  return { next, cookies: response.headers.getSetCookie() };
}
