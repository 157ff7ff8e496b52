import { MusterError } from '#domain/errors/muster-error.ts';

const loopback = 'localhost,127.0.0.1,[::1],::1';

/**
 * Sends what this process fetches through the proxy of HTTPS_PROXY (or https_proxy), except to this
 * machine and to what NO_PROXY names. An authority of one's own is Node's affair: NODE_EXTRA_CA_CERTS
 * (https://nodejs.org/api/http.html#built-in-proxy-support, https://nodejs.org/api/cli.html, read
 * 2026-11-22).
 * @throws MusterError SETTING_INVALID
 */
export async function useProxy(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const given = (name: string) => environment[name.toLowerCase()] || environment[name] || undefined;
  const [https, plain, none] = [given('HTTPS_PROXY'), given('HTTP_PROXY'), given('NO_PROXY')];
  if (https === undefined && plain === undefined) return;
  for (const address of [https, plain]) {
    // What was given may hold a password, so it is not shown.
    if (address !== undefined && !/^https?:$/.test(URL.parse(address)?.protocol ?? '')) {
      throw new MusterError('SETTING_INVALID', 'HTTPS_PROXY is no address like http://proxy:3128');
    }
  }
  const { setGlobalProxyFromEnv } = await import('node:http');
  setGlobalProxyFromEnv({
    ...(https === undefined ? {} : { https_proxy: https }),
    ...(plain === undefined ? {} : { http_proxy: plain }),
    no_proxy: none === '*' ? none : [none, loopback].filter(Boolean).join(','),
  });
}
