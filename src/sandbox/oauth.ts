import {
  type AccessToken,
  deathOf,
  findToken,
  keepToken,
  shortLifeMs,
  sixtyDaysMs,
} from './access-tokens.ts';
import { graphErrors } from './graph-error.ts';
import { type GraphRequest, textParam } from './graph-request.ts';
import { spendCode } from './login-codes.ts';
import type { WireAccessToken } from '#meta/wire.ts';
import type { Simulation } from './simulation.ts';
import { randomText } from './world.ts';

/**
 * GET or POST /oauth/access_token: a code for a token of two hours, a token for one of 60 days, the
 * app's own (https://developers.facebook.com/docs/facebook-login/guides/access-tokens, read 2026-09-12).
 */
export function exchangeToken(simulation: Simulation, request: GraphRequest): WireAccessToken {
  checkApp(simulation, request);
  const { id, secret } = simulation.world.app;
  const grantType = textParam(request, 'grant_type');
  if (grantType === 'client_credentials') {
    return { access_token: `${id}|${secret}`, token_type: 'bearer' };
  }
  if (grantType === 'fb_exchange_token') return exchangeForLonger(simulation, request);
  const code = textParam(request, 'code');
  if (code === null) throw graphErrors.missingParameter('code');
  const redirectUri = textParam(request, 'redirect_uri');
  const verifier = textParam(request, 'code_verifier');
  const grant = spendCode(simulation, code, { redirectUri, verifier });
  const issued = issueToken(simulation, { ...grant, kind: 'USER', lifeMs: shortLifeMs });
  return wireToken(simulation, issued);
}

/**
 * A person's short token becomes one of 60 days; so does a system user's where that is asked for. The
 * old one lives on until its own end, and one that has ended cannot be exchanged.
 */
function exchangeForLonger(simulation: Simulation, request: GraphRequest): WireAccessToken {
  const text = textParam(request, 'fb_exchange_token');
  if (text === null) throw graphErrors.missingParameter('fb_exchange_token');
  const old = findToken(simulation.state, text);
  if (old === null) throw graphErrors.badToken();
  const subcode = deathOf(old, simulation.clock());
  if (subcode !== null) throw graphErrors.deadToken(subcode);
  const isForSixtyDays = isTrue(textParam(request, 'set_token_expires_in_60_days'));
  const lifeMs = old.kind === 'USER' || isForSixtyDays ? sixtyDaysMs : null;
  return wireToken(simulation, issueToken(simulation, { ...old, lifeMs }));
}

/** POST /{system user}/access_tokens: what Business Settings do when a token is generated there. */
export function issueSystemUserToken(
  simulation: Simulation,
  request: GraphRequest,
  id: string,
): WireAccessToken {
  if (id !== simulation.world.systemUser.id) throw graphErrors.noSuchObject(id, 'post');
  if (textParam(request, 'business_app') !== simulation.world.app.id) {
    throw graphErrors.missingParameter('business_app');
  }
  const scopes = splitScopes(textParam(request, 'scope'));
  if (scopes.length === 0) throw graphErrors.missingParameter('scope');
  const isForSixtyDays = isTrue(textParam(request, 'set_token_expires_in_60_days'));
  const lifeMs = isForSixtyDays ? sixtyDaysMs : null;
  const wanted = { kind: 'SYSTEM_USER', scopes, declined: [], accounts: null, lifeMs } as const;
  return wireToken(simulation, issueToken(simulation, wanted));
}

/** GET or POST /oauth/revoke */
export function revokeToken(simulation: Simulation, request: GraphRequest): object {
  checkApp(simulation, request);
  const text = textParam(request, 'revoke_token');
  if (text === null) throw graphErrors.missingParameter('revoke_token');
  const token = findToken(simulation.state, text);
  if (token === null) throw graphErrors.badToken();
  keepToken(simulation.state, { ...token, endedBy: 458 });
  return { success: true };
}

type TokenWanted = Pick<AccessToken, 'kind' | 'scopes' | 'declined' | 'accounts'> & {
  /** Null never ends. */
  readonly lifeMs: number | null;
};

export function issueToken(
  { state, clock, random }: Simulation,
  { kind, scopes, declined, accounts, lifeMs }: TokenWanted,
): AccessToken {
  const issuedAt = clock();
  const issued: AccessToken = {
    token: `EAAsandbox${randomText(random, 48, 36)}`,
    kind,
    issuedAt,
    expiresAt: lifeMs === null ? null : issuedAt + lifeMs,
    scopes,
    declined,
    accounts,
    endedBy: null,
  };
  keepToken(state, issued);
  return issued;
}

/** 'ads_management,ads_read', also with spaces in between. */
export function splitScopes(text: string | null): string[] {
  return (text ?? '').split(/[\s,]+/).filter((scope) => scope !== '');
}

function wireToken({ clock }: Simulation, { token, expiresAt }: AccessToken): WireAccessToken {
  const end = expiresAt === null ? {} : { expires_in: Math.ceil((expiresAt - clock()) / 1000) };
  return { access_token: token, token_type: 'bearer', ...end };
}

/** The app, by id and secret. The words are Meta's (php-graph-sdk #538); the code is as vague as that. */
function checkApp({ world }: Simulation, request: GraphRequest): void {
  const id = textParam(request, 'client_id');
  if (id === null) throw graphErrors.missingParameter('client_id');
  if (id !== world.app.id) throw graphErrors.unknownApp();
  if (textParam(request, 'client_secret') !== world.app.secret) throw graphErrors.wrongSecret();
}

function isTrue(text: string | null): boolean {
  return text === 'true' || text === '1';
}
