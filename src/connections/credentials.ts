import type { Secret } from '#config/secret.ts';
import { type CredentialPlace, readSealed, type SealedCredentials } from '#store/credentials.ts';
import type { Db } from '#store/db.ts';
import type { KeyRing } from './key.ts';
import { openToken, sealToken } from './seal.ts';

/** The Meta app a token belongs to. Pasting a token needs none; logging people in does. */
export interface AppCredentials {
  readonly id: string;
  readonly secret: Secret;
}

export interface Credentials {
  readonly token: Secret;
  readonly app: AppCredentials | null;
}

/** @throws MusterError TOKEN_SEALED */
export async function openCredentials(
  db: Db,
  keys: KeyRing,
  connectionId: number,
): Promise<Credentials> {
  const sealed = await readSealed(db, connectionId);
  return openSealed(keys, { installationId: sealed.installationId, connectionId }, sealed);
}

/** @throws MusterError TOKEN_SEALED */
export function openSealed(
  keys: KeyRing,
  place: CredentialPlace,
  { token, appId, appSecret }: SealedCredentials,
): Credentials {
  return {
    token: openToken(keys, { ...place, what: 'token' }, token),
    app:
      appId === null || appSecret === null
        ? null
        : { id: appId, secret: openToken(keys, { ...place, what: 'app secret' }, appSecret) },
  };
}

/** What a Meta client is made with. */
export function revealed({ token, app }: Credentials) {
  return {
    token: token.reveal(),
    appId: app?.id ?? null,
    appSecret: app?.secret.reveal() ?? null,
  };
}

export function sealCredentials(keys: KeyRing, { token, app }: Credentials, at: CredentialPlace) {
  return {
    token: sealToken(keys, { ...at, what: 'token' }, token),
    appSecret: app === null ? null : sealToken(keys, { ...at, what: 'app secret' }, app.secret),
  };
}
