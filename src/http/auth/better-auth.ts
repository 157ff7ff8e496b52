import { betterAuth } from 'better-auth';
import { genericOAuth, twoFactor } from 'better-auth/plugins';
import { poolOf, type Store } from '#store/db.ts';
import type { Secret } from '#config/secret.ts';
import { hashBackupCodes, makeBackupCodes } from './backup-codes.ts';
import { acceptInvitationOf } from './links.ts';
import { hashPassword, verifyPassword } from './password.ts';

/** Where people sign in otherwise: an OpenID Connect provider of the company. */
export interface SingleSignOn {
  /** Shown on the button. */
  readonly name: string;
  /** `https://login.example.com`; its document is found below `/.well-known/`. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
}

export interface LoginSettings {
  /** As people open it, without a slash at the end: origin and base path. */
  readonly publicUrl: string;
  readonly secret: Secret;
  readonly singleSignOn: SingleSignOn | null;
}

/** Under which path of the API better-auth answers itself: only the way back from single sign-on. */
export const authPath = '/api/v1/auth';

/** Somebody who does nothing for so long has to sign in again. */
const SESSION_IDLE_SECONDS = 12 * 3_600;
/** How often that is written down. */
const SESSION_NOTED_SECONDS = 5 * 60;
/** And after so long in any case. */
export const SESSION_MS_MAX = 7 * 86_400_000;

export const singleSignOnId = 'oidc';

export type Login = ReturnType<typeof openLogin>;

/**
 * What better-auth does for us: checks passwords and second factors, keeps sessions, walks through
 * single sign-on. Who may do what, links and limits are our own, since it knows no databases.
 */
export function openLogin(store: Store, { publicUrl, secret, singleSignOn }: LoginSettings) {
  const url = new URL(publicUrl);
  return betterAuth({
    appName: 'Muster',
    baseURL: url.origin,
    basePath: `${url.pathname.replace(/\/$/, '')}${authPath}`,
    secret: secret.reveal(),
    database: poolOf(store),
    telemetry: { enabled: false },
    // It would name people: what failed is told to whoever asked, and to the audit log.
    logger: { disabled: true },
    trustedOrigins: [url.origin],
    // Nobody makes an account alone; whoever was invited may sign in in each way that proves the address.
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 1,
      password: {
        hash: hashPassword,
        verify: ({ hash, password }) => verifyPassword(hash, password),
      },
    },
    // Ours count in the database, for accounts and addresses.
    rateLimit: { enabled: false },
    session: {
      modelName: 'login_session',
      expiresIn: SESSION_IDLE_SECONDS,
      updateAge: SESSION_NOTED_SECONDS,
      fields: {
        ...{ userId: 'user_id', expiresAt: 'expires_at', ipAddress: 'ip_address' },
        ...{ userAgent: 'user_agent', createdAt: 'created_at', updatedAt: 'updated_at' },
      },
    },
    user: {
      modelName: 'login_user',
      fields: {
        ...{ emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
      },
    },
    account: {
      modelName: 'login_credential',
      encryptOAuthTokens: true,
      accountLinking: { enabled: true, trustedProviders: [singleSignOnId] },
      fields: {
        ...{ accountId: 'account_id', providerId: 'provider_id', userId: 'user_id' },
        ...{ accessToken: 'access_token', refreshToken: 'refresh_token', idToken: 'id_token' },
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        ...{ createdAt: 'created_at', updatedAt: 'updated_at' },
      },
    },
    // Asked once, when somebody signs in: what is not kept cannot be read.
    databaseHooks: {
      account: {
        create: { before: (account) => Promise.resolve({ data: { ...account, ...noTokens } }) },
        update: { before: (account) => Promise.resolve({ data: { ...account, ...noTokens } }) },
      },
    },
    verification: {
      modelName: 'login_verification',
      storeIdentifier: 'hashed',
      fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    advanced: cookieSettings(url.protocol === 'https:'),
    plugins: [secondFactor(), ...(singleSignOn === null ? [] : [oidcPlugin(store, singleSignOn)])],
  });
}

/** What a provider gives beside saying who somebody is. */
const noTokens = { accessToken: null, refreshToken: null, idToken: null } as const;

/** Time-based codes of an app, and backup codes. */
function secondFactor() {
  return twoFactor({
    backupCodeOptions: {
      customBackupCodesGenerate: makeBackupCodes,
      // What is called decrypting gives what is compared: hashes. sign-in.ts asks by the hash, too.
      storeBackupCodes: {
        encrypt: (codes) => Promise.resolve(hashBackupCodes(codes)),
        decrypt: (hashes) => Promise.resolve(hashes),
      },
    },
    schema: {
      user: { fields: { twoFactorEnabled: 'two_factor_enabled' } },
      twoFactor: {
        modelName: 'login_two_factor',
        fields: {
          ...{ userId: 'user_id', backupCodes: 'backup_codes', lockedUntil: 'locked_until' },
          failedVerificationCount: 'failed_verification_count',
        },
      },
    },
  });
}

function oidcPlugin(store: Store, { issuer, clientId, clientSecret }: SingleSignOn) {
  return genericOAuth({
    config: [
      {
        providerId: singleSignOnId,
        discoveryUrl: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
        requireIdTokenVerification: true,
        clientId,
        clientSecret: clientSecret.reveal(),
        scopes: ['openid', 'email', 'profile'],
        pkce: true,
        disableImplicitSignUp: true,
        disableSignUp: true,
        mapProfileToUser: (profile) => admit(store, profile),
      },
    ],
  });
}

/**
 * Asked once the provider's token has been checked. Who is invited gets their account here. An address
 * that the provider itself does not vouch for is none: it would open the account of whoever has it.
 */
async function admit(
  store: Store,
  { email, email_verified: verified, name }: Record<string, unknown>,
): Promise<{ email?: undefined }> {
  if (typeof email !== 'string' || String(verified) === 'false') return { email: undefined };
  await acceptInvitationOf(store, email, typeof name === 'string' ? name.slice(0, 200) : '');
  return {};
}

/** `__Host-` binds a cookie to this host and to https; without https no browser would keep it. */
function cookieSettings(secure: boolean) {
  const prefix = secure ? '__Host-muster' : 'muster';
  const named = (name: string) => ({ name: `${prefix}_${name}` });
  return {
    useSecureCookies: false,
    disableCSRFCheck: true,
    defaultCookieAttributes: { secure, httpOnly: true, sameSite: 'lax' as const, path: '/' },
    // From the address that we measured ourselves: authenticate.ts puts it there.
    ipAddress: { ipAddressHeaders: [clientAddressHeader] },
    cookies: {
      session_token: named('session'),
      session_data: named('data'),
      account_data: named('account'),
      dont_remember: named('short'),
      two_factor: named('second_step'),
      trust_device: named('trusted'),
      state: named('state'),
      oauth_state: named('oauth_state'),
    },
  };
}

/** Never taken from outside: set on the copies of requests that better-auth sees. */
export const clientAddressHeader = 'x-muster-client-address';
