import type { Exchange } from './exchange.ts';
import { asObject, type JsonObject, parseJson } from './json.ts';
import { type Asked, type Problem, problemInBody, problemOf } from './problems.ts';

/**
 * How a call ended. Clean: done, and the body says so. Refused: certainly without effect. Uncertain:
 * it may have had its effect, or have it later.
 */
export type Answer<Body> =
  | { readonly outcome: 'clean'; readonly body: Body }
  | { readonly outcome: 'refused' | 'uncertain'; readonly problem: Problem };

/**
 * Judges an exchange by its body. Meta sends throttles and permission errors as HTTP 400 and faults
 * of its edge as HTTP 200, so the status never makes an answer clean or refused; it only keeps a body
 * that looks right from counting as clean.
 */
export function readAnswer<Body>(
  result: Exchange,
  asked: Asked,
  read: (body: JsonObject) => Body | null,
): Answer<Body> {
  if (result.kind === 'failed') {
    const httpStatus = result.answered?.status ?? null;
    return failed(problemOf(result.meaning, { ...asked, httpStatus }, result.said));
  }
  const where = { ...asked, httpStatus: result.status };
  const body = parseBody(result.text);
  const problem = body === null ? null : problemInBody(body, where);
  if (problem !== null) return failed(problem);
  const value = body === null ? null : read(body);
  if (value !== null && isSuccess(result)) return { outcome: 'clean', body: value };
  return failed(problemOf('answer not understood', where, describe(result, body)));
}

function failed(problem: Problem): Answer<never> {
  return { outcome: problem.executed === 'no' ? 'refused' : 'uncertain', problem };
}

function parseBody(text: string): JsonObject | null {
  try {
    return asObject(parseJson(text));
  } catch {
    return null;
  }
}

// Older answers of Meta call their JSON text/javascript.
const jsonTypes = /^(application|text)\/(json|javascript|x-javascript)\b/;

function isSuccess({ status, headers }: { status: number; headers: Headers }): boolean {
  return status >= 200 && status < 300 && jsonTypes.test(headers.get('content-type') ?? '');
}

/** What came instead, without quoting it: it may hold anything. */
function describe(
  { status, headers, text }: { status: number; headers: Headers; text: string },
  body: JsonObject | null,
): string {
  const type = headers.get('content-type')?.split(';')[0] ?? 'no type';
  const shape = body === null ? 'not a JSON object' : 'not the expected object';
  return `HTTP ${status}, ${type}, ${text.length} characters, ${shape}`;
}
