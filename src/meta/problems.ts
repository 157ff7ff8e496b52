import { catalogue } from '#domain/errors/catalogue.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { asNumber, asObject, asText, type JsonObject } from './json.ts';
import { type Meaning, type MeaningRow, meanings, type ProblemClass } from './meanings.ts';
import { meaningOf } from './problem-codes.ts';
import { termsPage } from './terms-page.ts';
import { apiHost } from './wire.ts';

/** Why a call did not end clean, and what to do about it. Holds no personal data and no secret. */
export interface Problem {
  readonly meaning: Meaning;
  readonly class: ProblemClass;
  readonly executed: 'no' | 'unknown';
  /** For people. */
  readonly words: string;
  readonly link: string | null;
  /** Meta's own, when it gave an error at all. */
  readonly code: number | null;
  readonly subcode: number | null;
  readonly traceId: string | null;
  /** The error's own sentence without anything that could be a person or a secret; may be empty. */
  readonly said: string;
  readonly httpStatus: number | null;
  readonly smaller: boolean;
  readonly afterCreate: boolean;
  readonly throttled: 'account' | 'app' | null;
  /** Of a request that was held back: in how many milliseconds it may be made. */
  readonly opensInMs: number | null;
}

/** Of whom something was asked. */
export interface Asked {
  readonly account: string | null;
  /** When that was not Meta itself. */
  readonly apiOrigin?: string;
}

export interface Circumstances extends Asked {
  readonly httpStatus: number | null;
}

/** A problem that Meta did not name itself. `said` must be free of what people typed. */
export function problemOf(meaning: Meaning, where: Circumstances, said = ''): Problem {
  const row: MeaningRow = meanings[meaning];
  const smaller = row.smaller === true || where.httpStatus === 413;
  return {
    meaning,
    class: row.class,
    executed: row.executed,
    words: row.words,
    link: row.link === undefined ? null : filledIn(row.link, where),
    code: null,
    subcode: null,
    traceId: null,
    said,
    httpStatus: where.httpStatus,
    smaller,
    afterCreate: row.afterCreate === true,
    throttled: row.throttled ?? null,
    opensInMs: null,
  };
}

function filledIn(link: string, { account, apiOrigin }: Asked): string {
  const number = account?.replace(/^act_/, '') ?? '';
  return link
    .replace('{terms}', () => termsPage(apiOrigin ?? apiHost, number))
    .replace('{account}', number);
}

/** The problem in a body that holds Meta's error object, or null when it holds none. */
export function problemInBody(body: JsonObject, where: Circumstances): Problem | null {
  const error = asObject(body['error']);
  const code = asNumber(error?.['code']);
  if (error === null || code === null) return null;
  const subcode = asNumber(error['error_subcode']);
  const listed = meaningOf(code, subcode) ?? 'unlisted';
  // A throttle is often called transient too, and is still certain to have done nothing.
  const passing = error['is_transient'] === true && meanings[listed].class !== 'wait';
  const meaning = passing && meanings[listed].executed === 'no' ? 'fault at Meta' : listed;
  const said = [asText(error['error_user_title']), asText(error['message'])];
  return {
    ...problemOf(meaning, where, redact(said.filter((part) => part !== null).join(': '))),
    code,
    subcode,
    traceId: asText(error['fbtrace_id']),
  };
}

/** The problem as an error for whoever called from outside: command, page, API. */
export function problemError(problem: Problem): MusterError {
  const { code, subcode, traceId } = problem;
  const origin = [
    code === null ? null : `Meta's error ${code}${subcode === null ? '' : `/${subcode}`}`,
    traceId === null ? null : `trace ${traceId}`,
    problem.said === '' ? null : `“${problem.said}”`,
  ].filter((part) => part !== null);
  const measured = origin.length === 0 ? problem.words : `${problem.words} (${origin.join(', ')})`;
  const { error } = meanings[problem.meaning];
  const next =
    problem.link === null ? {} : { next: `${catalogue[error].next} See ${problem.link}` };
  return new MusterError(error, measured, { ...next, cause: problem });
}

const saidMax = 200;

/**
 * Meta quotes values back. What may be an address, a phone number, a hash, a token, a row or any
 * other quoted value goes out before a sentence is shown or kept.
 */
export function redact(said: string): string {
  const clean = said
    .replace(/\[.*\]|\{.*\}/gs, '…')
    .replace(/"[^"]*"|“[^”]*”|(?<!\w)'[^']*'(?!\w)/gs, '…')
    .replace(/\S+@\S+/g, '…')
    .replace(/\b[\w|-]{24,}\b/g, '…')
    .replace(/[+(]?\d[\d\s().-]{5,}\d/g, '…')
    .replace(/\s+/g, ' ')
    .trim();
  return clean.length <= saidMax ? clean : `${clean.slice(0, saidMax - 1)}…`;
}
