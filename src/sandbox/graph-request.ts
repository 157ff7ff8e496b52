import { GraphError, graphErrors } from './graph-error.ts';

/** One call as the Graph API understands it, whatever way its parameters came. */
export interface GraphRequest {
  readonly method: GraphMethod;
  /** 'v26.0', or null where the address names none. */
  readonly version: string | null;
  readonly path: readonly string[];
  readonly params: Readonly<Record<string, unknown>>;
  readonly token: string | null;
  /** Only a token that came in the address goes back into the addresses we give. */
  readonly isTokenInUrl: boolean;
  readonly origin: string;
  readonly bodyBytes: number;
}

export type GraphMethod = 'GET' | 'POST' | 'DELETE';

/** Above this an address is refused by the edge, with HTML (python-business-sdk #279, #367). */
const urlMax = 128 * 1024;

/** What can be known of a request before its body has come. */
export function readHead(request: Request): GraphRequest {
  const url = new URL(request.url);
  const [first = '', ...rest] = url.pathname.split('/').filter((part) => part !== '');
  const isVersioned = /^v\d+\.\d+$/.test(first);
  const { access_token: tokenParam, ...params } = Object.fromEntries(url.searchParams);
  const bearer = /^(?:Bearer|OAuth)\s+(\S+)$/i.exec(
    request.headers.get('authorization') ?? '',
  )?.[1];
  return {
    method: request.method as GraphMethod,
    version: isVersioned ? first : null,
    path: (isVersioned ? rest : [first, ...rest]).filter((part) => part !== '').map(decodePart),
    params,
    token: bearer ?? (tokenParam === undefined || tokenParam === '' ? null : tokenParam),
    isTokenInUrl: tokenParam !== undefined,
    origin: url.origin,
    bodyBytes: 0,
  };
}

export async function readGraphRequest(request: Request): Promise<GraphRequest> {
  if (request.url.length > urlMax) throw new EdgeRefusal();
  const head = readHead(request);
  const { params: bodyParams, bodyBytes } = await readBody(request);
  const { access_token: tokenParam, ...params } = { ...head.params, ...bodyParams };
  const isGiven = typeof tokenParam === 'string' && tokenParam !== '';
  return {
    ...head,
    method: methodOf(request.method, params['method']),
    params,
    token: request.headers.has('authorization') || !isGiven ? head.token : tokenParam,
    bodyBytes,
  };
}

/** The web server in front of the Graph API gives up before the Graph API sees anything. */
export class EdgeRefusal extends Error {
  override readonly name = 'EdgeRefusal';
}

/** A parameter as text; numbers in a JSON body count as such. Null where it is missing or empty. */
export function textParam(request: GraphRequest, name: string): string | null {
  const value = request.params[name];
  if (typeof value === 'string') return value === '' ? null : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

/** A parameter that is JSON: nested in a JSON body, or as text in a form or an address. */
export function jsonParam(request: GraphRequest, name: string): unknown {
  const value = request.params[name];
  if (typeof value !== 'string') return value;
  return parseJson(value, `Param ${name} must be valid JSON`);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function readBody(
  request: Request,
): Promise<{ params: Record<string, unknown>; bodyBytes: number }> {
  if (request.body === null) return { params: {}, bodyBytes: 0 };
  const type = request.headers.get('content-type') ?? '';
  if (type.startsWith('multipart/form-data')) {
    const form = await request.formData();
    return {
      params: Object.fromEntries(form),
      bodyBytes: Number(request.headers.get('content-length')),
    };
  }
  const text = await request.text();
  return { params: parseBody(type, text), bodyBytes: text.length };
}

function parseBody(type: string, text: string): Record<string, unknown> {
  if (text === '') return {};
  if (!type.includes('json') && !text.startsWith('{')) {
    return Object.fromEntries(new URLSearchParams(text));
  }
  const parsed = parseJson(text, 'The request body is not valid JSON');
  if (!isRecord(parsed)) throw graphErrors.badParameter('The request body is not a JSON object');
  return parsed;
}

function parseJson(text: string, complaint: string): unknown {
  try {
    return keepSessionId(JSON.parse(text) as unknown, text);
  } catch (error) {
    if (error instanceof GraphError) throw error;
    throw graphErrors.badParameter(complaint);
  }
}

/**
 * Session ids are 64-bit and may come as JSON numbers, of which JSON.parse keeps 53 bits. Reading
 * them again from the text costs only those who send such a one.
 */
function keepSessionId(parsed: unknown, text: string): unknown {
  if (!isRecord(parsed)) return parsed;
  const session = isRecord(parsed['session']) ? parsed['session'] : parsed;
  const id = session['session_id'];
  if (typeof id === 'number' && !Number.isSafeInteger(id)) {
    session['session_id'] = /"session_id"\s*:\s*(\d+)/.exec(text)?.[1] ?? id;
  }
  return parsed;
}

function methodOf(method: string, override: unknown): GraphMethod {
  const wanted =
    typeof override === 'string' && method === 'POST' ? override.toUpperCase() : method;
  if (wanted === 'GET' || wanted === 'POST' || wanted === 'DELETE') return wanted;
  throw graphErrors.badParameter(`Unsupported ${wanted.toLowerCase()} request`);
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
