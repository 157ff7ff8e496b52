import { MusterError } from '#domain/errors/muster-error.ts';
import type { Answer } from './answer.ts';
import { asId, asList, asMoment, asNumber, asObject, asText, type JsonObject } from './json.ts';
import type { Call, Requester } from './request.ts';
import { params, paths } from './wire.ts';

/** A Meta app. Pasting a system user's token needs none; logging people in does. */
export interface MetaApp {
  readonly id: string;
  readonly secret: string;
}

export interface TokenState {
  readonly valid: boolean;
  /** Meta's word, such as USER; null where it does not tell, which is not a guess of ours. */
  readonly kind: string | null;
  readonly appId: string | null;
  readonly userId: string | null;
  /** `never` is a word of Meta's (0); null when it did not say. */
  readonly expiresAt: Date | 'never' | null;
  readonly dataAccessEndsAt: Date | 'never' | null;
  readonly scopes: readonly string[];
  /** Scope → the assets it is granted for; empty stands for all of them. */
  readonly assets: ReadonlyMap<string, readonly string[]>;
  /** Why it is not valid, by Meta's code. */
  readonly code: number | null;
  readonly subcode: number | null;
}

export interface NewToken {
  readonly token: string;
  /** Null for one that Meta gave no end. */
  readonly expiresInSeconds: number | null;
}

/**
 * Calls whose parameters are secrets. All of them are POSTs with a form, so that neither token nor
 * secret nor code stands in an address: OAuth wants the exchange so (RFC 6749, section 2.3.1), and for
 * the reads a `method=GET` in the form does it, as Meta's own PHP SDK did for every call
 * (github.com/facebookarchive/facebook-php-sdk, src/base_facebook.php).
 */
export function createTokens(requester: Requester, app: MetaApp | null, ownToken: string | null) {
  function post(path: string, form: Record<string, string>, token: string | null): Call {
    return { method: 'POST', path, account: null, body: new URLSearchParams(form), token };
  }

  function exchange(what: string, form: Record<string, string>): Promise<Answer<NewToken>> {
    const { id, secret } = needApp(app, what);
    const whole = { [params.clientId]: id, [params.clientSecret]: secret, ...form };
    return requester.send(post(paths.accessToken, whole, null), readNewToken);
  }

  return {
    /**
     * What a token is and how long it lasts. Without an app it is asked with the token itself; when
     * Meta refuses that, kind and end stay unknown.
     */
    debugToken(token: string): Promise<Answer<TokenState>> {
      const asking = app === null ? (ownToken ?? token) : `${app.id}|${app.secret}`;
      const form = { [params.inputToken]: token, [params.method]: 'GET' };
      return requester.send(post(paths.debugToken, form, asking), readTokenState);
    },

    /** The code that a login brought back, for a token of an hour or two. Works once. */
    exchangeCode(login: {
      readonly code: string;
      /** Exactly the one the login was begun with. */
      readonly redirectUri: string;
      readonly codeVerifier?: string;
    }): Promise<Answer<NewToken>> {
      const { code, redirectUri, codeVerifier } = login;
      const verifier = codeVerifier === undefined ? {} : { [params.codeVerifier]: codeVerifier };
      const form = { [params.code]: code, [params.redirectUri]: redirectUri, ...verifier };
      return exchange('A login', form);
    },

    /** A token of about 60 days for one of an hour or two. An expired one cannot be exchanged. */
    exchangeForLongLived(token: string): Promise<Answer<NewToken>> {
      return exchange('A lasting login', {
        [params.grantType]: params.exchangeToken,
        [params.exchangeToken]: token,
      });
    },

    /** 60 new days for a system user's token; the old one lives on until its own end. */
    refreshSystemUserToken(token: string): Promise<Answer<NewToken>> {
      return exchange('Refreshing a token', {
        [params.grantType]: params.exchangeToken,
        [params.exchangeToken]: token,
        [params.setExpiresIn60Days]: 'true',
      });
    },

    /** Ends a token for good. */
    async revokeToken(token: string): Promise<Answer<true>> {
      const { id, secret } = needApp(app, 'Revoking a token');
      const form = {
        [params.clientId]: id,
        [params.clientSecret]: secret,
        [params.revokeToken]: token,
        [params.method]: 'GET',
      };
      return requester.send(post(paths.revoke, form, ownToken), (body) =>
        body['success'] === true ? true : null,
      );
    },
  };
}

function needApp(app: MetaApp | null, what: string): MetaApp {
  if (app === null) throw new MusterError('META_APP_MISSING', what);
  return app;
}

function readNewToken(body: JsonObject): NewToken | null {
  const token = asText(body['access_token']);
  return token === null || token === ''
    ? null
    : { token, expiresInSeconds: asNumber(body['expires_in']) };
}

function readTokenState(body: JsonObject): TokenState | null {
  const data = asObject(body['data']);
  const valid = data?.['is_valid'];
  if (data === null || typeof valid !== 'boolean') return null;
  const error = asObject(data['error']);
  return {
    valid,
    kind: asText(data['type']),
    appId: asId(data['app_id']),
    userId: asId(data['user_id']),
    expiresAt: readEnd(data['expires_at']),
    dataAccessEndsAt: readEnd(data['data_access_expires_at']),
    scopes: asList(data['scopes']).filter((scope) => typeof scope === 'string'),
    assets: readAssets(data['granular_scopes']),
    code: asNumber(error?.['code']),
    subcode: asNumber(error?.['subcode']),
  };
}

function readEnd(value: unknown): Date | 'never' | null {
  return asNumber(value) === 0 ? 'never' : asMoment(value);
}

function readAssets(value: unknown): ReadonlyMap<string, readonly string[]> {
  const scopes = asList(value).map(asObject);
  return new Map(
    scopes.flatMap((entry) => {
      const scope = asText(entry?.['scope']);
      if (scope === null) return [];
      const ids = asList(entry?.['target_ids']).map(asId);
      return [[scope, ids.filter((id) => id !== null)]];
    }),
  );
}
