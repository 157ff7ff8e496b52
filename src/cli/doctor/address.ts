import { isLoopback } from '#http/auth/client-address.ts';
import type { Settings } from '#config/settings.ts';
import { broken, type Finding, odd, well } from './finding.ts';

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const WAIT_MS = 5_000;

/** Where people open Muster: the address, the path below it and the proxy before it. */
export async function addressFinding(settings: Settings, fetch: Fetch): Promise<Finding> {
  const { publicUrl, serveHost, servePort } = settings;
  const name = 'address';
  const isOwn = isLoopback(serveHost) || serveHost === 'localhost';
  if (publicUrl === null) {
    const where = `${serveHost}, port ${servePort}`;
    if (isOwn) return well(name, `${where}: for this machine alone`);
    const next =
      'Set MUSTER_PUBLIC_URL to what people open, with https, and put a proxy before it.';
    return odd(name, `${where}, for others too, and MUSTER_PUBLIC_URL is not set`, next);
  }
  const { protocol, hostname } = new URL(publicUrl);
  if (protocol !== 'https:' && !isLoopback(hostname) && hostname !== 'localhost') {
    const next = 'Have the proxy speak https, and say so in MUSTER_PUBLIC_URL.';
    return broken(name, `${publicUrl}: passwords and people’s data would travel in clear`, next);
  }
  return await healthBehind(publicUrl, fetch);
}

async function healthBehind(publicUrl: string, fetch: Fetch): Promise<Finding> {
  const name = 'address';
  const next =
    'Start `muster serve`, and look where the proxy leads: it may take the path away or leave it.';
  const url = `${publicUrl}/healthz`;
  try {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(WAIT_MS) });
    const body = (await answer.json().catch(() => null)) as { ok?: unknown } | null;
    if (answer.status === 200 && body?.ok === true) return well(name, `${publicUrl} leads here`);
    return broken(name, `${url} answers ${answer.status}, and not as Muster does`, next);
  } catch (error) {
    return odd(name, `nothing answers at ${url} (${reasonOf(error)})`, next);
  }
}

/** Whose word for who asks is taken. */
export function proxyFinding({ publicUrl, trustedProxies }: Settings): Finding {
  const name = 'proxies';
  const everybody = trustedProxies.filter((network) => network.endsWith('/0'));
  if (everybody.length > 0) {
    const next = 'Name the addresses of your proxies alone in MUSTER_TRUSTED_PROXIES.';
    const found = `${everybody.join(', ')} is everybody: whoever asks may say that they are somebody else`;
    return broken(name, found, next);
  }
  if (trustedProxies.length > 0) return well(name, `${trustedProxies.join(', ')} are believed`);
  if (publicUrl === null) return well(name, 'none; nobody’s X-Forwarded-For is believed');
  const next =
    'Set MUSTER_TRUSTED_PROXIES to its address, or limits of requests and sign-ins count everybody as one.';
  return odd(name, 'there is one, by MUSTER_PUBLIC_URL, and it is not believed who comes', next);
}

/** Whether people can sign in at the provider that was set. */
export async function signOnFinding(
  settings: Settings,
  hasSecret: boolean,
  fetch: Fetch,
): Promise<Finding> {
  const name = 'single sign-on';
  const { oidcIssuer: issuer, oidcClientId: clientId } = settings;
  const given = { ISSUER: issuer !== null, CLIENT_ID: clientId !== null, CLIENT_SECRET: hasSecret };
  const missing = Object.entries(given).flatMap(([part, is]) =>
    is ? [] : [`MUSTER_OIDC_${part}`],
  );
  if (missing.length === 3) return well(name, 'not set up; people sign in with passwords');
  if (issuer === null || missing.length > 0) {
    return broken(name, `${missing.join(', ')} is missing`, 'Set all three, or none of them.');
  }
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const next =
    'Correct MUSTER_OIDC_ISSUER: it is the address that the provider’s own document says.';
  let said: { issuer?: unknown; authorization_endpoint?: unknown } | null;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(WAIT_MS) });
    said = (await answer.json()) as typeof said;
  } catch (error) {
    return broken(name, `${url} gives no document (${reasonOf(error)})`, next);
  }
  if (said?.issuer !== issuer) {
    return broken(name, `${url} is about another issuer, and not about ${issuer}`, next);
  }
  if (typeof said.authorization_endpoint !== 'string') {
    return broken(name, `${url} says nowhere where to sign in`, next);
  }
  return well(name, `${issuer} answers`);
}

/** Of what went wrong on the way, the code: messages may have an address with a password in it. */
function reasonOf(error: unknown): string {
  const { name, cause } = error as Error;
  const { code } = (cause ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : name;
}
