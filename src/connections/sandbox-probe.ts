/**
 * What a sandbox tells about itself, over HTTP like everything else: it may run in this process, in
 * another one, or have been started by somebody else.
 */

type Get = (url: string, init: RequestInit) => Promise<Response>;

export interface ReadySandbox {
  readonly url: string;
  readonly adAccounts: readonly { readonly id: string; readonly name: string }[];
  readonly token: string;
}

export interface AudienceTruth {
  readonly rowsHeld: number;
  readonly peopleMatched: number;
}

/** It answers at once or something else listens there. */
const ANSWER_MS = 3_000;

/** How to reach the sandbox at an address, or null where none answers. */
export async function findSandbox(url: string, get: Get): Promise<ReadySandbox | null> {
  const ready = await read(url, 'ready', get);
  if (ready === null || typeof ready['token'] !== 'string' || !Array.isArray(ready['adAccounts'])) {
    return null;
  }
  const { token, adAccounts } = ready;
  return { url, token, adAccounts: adAccounts as ReadySandbox['adAccounts'] };
}

/** The app with which somebody logs in at a sandbox; null where none answers. */
export async function readSandboxApp(
  url: string,
  get: Get,
): Promise<{ readonly id: string; readonly secret: string } | null> {
  const { id, secret } = (await read(url, 'app', get)) ?? {};
  return typeof id === 'string' && typeof secret === 'string' ? { id, secret } : null;
}

/** How late an effect may still land there, in milliseconds; null where no sandbox answers. */
export async function largestLagMs(url: string, get: Get): Promise<number | null> {
  const settings = await read(url, 'settings', get);
  const settle = settings?.['settle'] as { largestLagMs?: unknown } | undefined;
  return typeof settle?.largestLagMs === 'number' ? settle.largestLagMs : null;
}

/** What the sandbox really holds of an audience, as only it can tell; null where none answers. */
export async function readTruth(
  url: string,
  metaAudienceId: string,
  get: Get,
): Promise<AudienceTruth | null> {
  const truth = await read(url, `audiences/${metaAudienceId}`, get);
  const { rowsHeld, peopleMatched } = truth ?? {};
  if (typeof rowsHeld !== 'number' || typeof peopleMatched !== 'number') return null;
  return { rowsHeld, peopleMatched };
}

async function read(
  url: string,
  what: 'ready' | 'settings' | 'app' | `audiences/${string}`,
  get: Get,
): Promise<Record<string, unknown> | null> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const response = await get(`${url}/_sandbox/${what}`, { signal, redirect: 'manual' });
    const body: unknown = response.ok ? await response.json() : null;
    return typeof body === 'object' ? (body as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}
