import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Secret } from '#config/secret.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { Answer } from '#meta/answer.ts';
import type { MetaClient } from '#meta/client.ts';
import { problemError } from '#meta/problems.ts';
import { apiHost } from '#meta/wire.ts';

/** What Muster asks for; `ads_management` is what filling audiences needs (features.md C-01). */
const loginScopes = ['ads_management', 'ads_read', 'business_management'] as const;

const dialogHost = 'https://www.facebook.com';

/** A login that was begun: where to send the person, and what has to come back. */
export interface Login {
  /** The page of Meta at which the person agrees. */
  readonly url: string;
  readonly redirectUri: string;
  /** Only an answer that carries it is to this login (RFC 6749, section 10.12). */
  readonly state: string;
  /** Proves that whoever redeems the code began the login (PKCE, RFC 7636). */
  readonly codeVerifier: string;
}

/** Begins a login. Nothing of it is secret before the answer comes, and it is good for one answer. */
export function beginLogin(wish: {
  readonly appId: string;
  /** Exactly one of the app's Valid OAuth Redirect URIs. */
  readonly redirectUri: string;
  /** Without a version. */
  readonly apiUrl: string;
  readonly version: string;
}): Login {
  const { appId, redirectUri, apiUrl, version } = wish;
  const state = randomBytes(24).toString('base64url');
  const codeVerifier = randomBytes(48).toString('base64url');
  const url = new URL(`${apiUrl === apiHost ? dialogHost : apiUrl}/${version}/dialog/oauth`);
  const asked = {
    client_id: appId,
    redirect_uri: redirectUri,
    state,
    scope: loginScopes.join(','),
    response_type: 'code',
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  return { url: url.href, redirectUri, state, codeVerifier };
}

/** Whether an answer belongs to this login. */
export function isAnswerTo({ state }: Login, answer: URLSearchParams): boolean {
  const given = Buffer.from(answer.get('state') ?? '');
  const expected = Buffer.from(state);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/**
 * The token of about 60 days for the answer that came back.
 * @throws MusterError META_LOGIN when the person said no, META_… when Meta does
 */
export async function finishLogin(
  meta: MetaClient,
  { redirectUri, codeVerifier }: Login,
  answer: URLSearchParams,
): Promise<Secret> {
  const code = answer.get('code');
  if (code === null) {
    const said = answer.get('error_reason') ?? answer.get('error') ?? 'no code came back';
    const denied = said === 'user_denied' || said === 'access_denied';
    throw new MusterError('META_LOGIN', denied ? 'it was declined' : said.slice(0, 80));
  }
  const short = clean(await meta.exchangeCode({ code, redirectUri, codeVerifier }));
  const long = clean(await meta.exchangeForLongLived(short.token));
  return new Secret(long.token);
}

function clean<Body>(answer: Answer<Body>): Body {
  if (answer.outcome === 'clean') return answer.body;
  throw problemError(answer.problem);
}
