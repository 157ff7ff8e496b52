import type { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { catalogue, type ErrorCode } from '#domain/errors/catalogue.ts';
import { asMusterError } from '#domain/errors/as-muster-error.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { problem } from '../contract/route.ts';
import { errorWords } from './error-words.ts';

type Problem = z.output<typeof problem>;

/** Where the number says more than the rules of `statusOf`. */
const statuses: { readonly [Code in ErrorCode]?: ContentfulStatusCode } = {
  API_LOGIN_NEEDED: 401,
  API_NOT_ALLOWED: 403,
  API_LIMITED: 429,
  LOGIN_REFUSED: 401,
  LOGIN_CODE_REFUSED: 401,
  LOGIN_LIMITED: 429,
  LOGIN_CROSS_SITE: 403,
  LOGIN_FACTOR_NEEDED: 403,
  LOGIN_PROVIDER: 502,
  PASSWORD_WEAK: 422,
  API_NOT_FOUND: 404,
  API_REQUEST_INVALID: 400,
  API_CURSOR_INVALID: 400,
  API_TOO_LARGE: 413,
  API_VERSION_MISSING: 428,
  API_CHANGED: 412,
  API_KEY_REUSED: 422,
  API_UNDER_WAY: 409,
  APPROVAL_NEEDED: 409,
  APPROVAL_OWN: 403,
  APPROVAL_PERSON_NEEDED: 403,
  APPROVAL_NONE: 404,
  AUDIENCE_CHANGED: 412,
  RULE_OPERATOR_UNKNOWN: 422,
  RULE_AUDIENCE_UNKNOWN: 422,
  META_THROTTLED: 503,
  META_ID: 422,
  META_AUDIENCE_LINKED: 409,
  STORE_UNREACHABLE: 503,
  STORE_FULL: 507,
  BUG: 500,
};

/**
 * What is wrong with a request as it stands is 422, what others have or do is 409, what is not there 404;
 * 502 is somebody behind us, and 500 only ever ourselves.
 */
export function statusOf(code: ErrorCode): ContentfulStatusCode {
  const known = statuses[code];
  if (known !== undefined) return known;
  if (code.endsWith('_UNKNOWN')) return 404;
  if (/^(RULE|IMPORT)_/.test(code)) return 422;
  if (/_(INVALID|NEEDED|WRONG|MISSING)$/.test(code) || code === 'USAGE') return 422;
  if (/^(META|SOURCE|SANDBOX)_/.test(code) && catalogue[code].exitCode === 1) return 502;
  return code.startsWith('STORE_') ? 503 : 409;
}

/** An error as a problem document; `path` is the place in the request, where there is one. */
export function problemResponse(
  context: Context,
  error: unknown,
  path: string | null = null,
): Response {
  const known = knownError(error);
  const { code, measured } = known;
  const { title, detail, next } = errorWords(context, known);
  const status = error instanceof HTTPException ? error.status : statusOf(code);
  const body: Problem = {
    type: `urn:muster:error:${code}`,
    ...{ title, status, detail, code, next },
    path: path ?? (code.startsWith('RULE_') ? placeInRule(measured) : null),
  };
  context.set('problemCode', code);
  if (status === 401) context.header('www-authenticate', 'Bearer');
  if (status === 429) context.header('retry-after', /(\d+) s to wait/.exec(measured)?.[1] ?? '60');
  return context.json(body, status, {
    'content-type': 'application/problem+json',
  });
}

/** Mistakes in rules begin with their place, such as `all[1].value`. */
function placeInRule(measured: string): string | null {
  const place = /^(?:the rule|[a-z_]+(?:\[\d+\]|\.\w+)*)(?=: )/.exec(measured)?.[0];
  if (place === undefined) return null;
  const steps = place === 'the rule' ? [] : place.replaceAll(/\[(\d+)\]/g, '.$1').split('.');
  return ['/body/rule', ...steps].join('/');
}

/**
 * What PostgreSQL says of values that it cannot hold: U+0000, half a surrogate pair, numbers and dates out
 * of range (class 22), and what no row may be (23514). They came with the request.
 */
const unstorable = /^(?:22(?:003|007|008|021|P02|P05)|23514)$/;

function knownError(error: unknown): MusterError {
  if (error instanceof HTTPException) return refusedByHono(error);
  const { code = '' } = (error ?? {}) as { code?: string };
  if (error instanceof MusterError || !unstorable.test(code)) return asMusterError(error);
  return new MusterError('API_REQUEST_INVALID', 'a value cannot be stored', { cause: error });
}

/** JSON that does not parse, or another content type than the document says. */
function refusedByHono(error: HTTPException): MusterError {
  return new MusterError('API_REQUEST_INVALID', error.message);
}

/** The first thing that a request has wrong, where zod found it. */
export function invalidRequest(
  context: Context,
  target: string,
  issue: { readonly path: readonly PropertyKey[]; readonly message: string } | undefined,
): Response {
  const place = target === 'json' ? 'body' : target === 'param' ? 'path' : target;
  const steps = (issue?.path ?? []).map((step) =>
    String(step).replaceAll('~', '~0').replaceAll('/', '~1'),
  );
  const path = `/${[place, ...steps].join('/')}`;
  const measured = `${path}: ${issue?.message ?? 'it is not as declared'}`;
  return problemResponse(context, new MusterError('API_REQUEST_INVALID', measured), path);
}
