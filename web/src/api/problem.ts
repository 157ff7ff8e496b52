/** What the API answers when something cannot be done (application/problem+json). */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  /** What helps, or null where the title says it all. */
  readonly next: string | null;
}

/** Thrown by everything that asks the API; `problem.code` is in the catalogue of errors. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.detail || problem.title}`);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

/** The code of a request that Muster did not answer. */
const OFFLINE = 'OFFLINE';

/** Nobody answered, or something in between did in Muster's place. */
export class NoAnswerError extends ProblemError {
  /** It was waited for, for long. */
  readonly hasHung: boolean;

  constructor(detail: string, hasHung: boolean) {
    super({ status: 0, code: OFFLINE, title: '', detail, next: null });
    this.hasHung = hasHung;
  }
}

/** What browsers say of a part of the page that was not loaded. */
const partMissing = /dynamically imported module|importing a module script|preload css/i;

/** Whatever was thrown, as a problem that can be shown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  const detail = error instanceof Error ? error.message : String(error);
  const code = partMissing.test(detail) ? OFFLINE : 'PAGE';
  return { status: 0, code, title: '', detail, next: null };
}

/** Whether somebody else changed what an edit was made from: looking again helps, trying again does not. */
export function isOutdated(error: unknown): boolean {
  return ['API_CHANGED', 'AUDIENCE_CHANGED'].includes(problemOf(error).code);
}

export const isOffline = (error: unknown): boolean => problemOf(error).code === OFFLINE;

const SERVER_ERROR = 500;

/** What an answer that is none of 200 to 299 says; `body` is its JSON, or whatever else it was. */
export function refusal(status: number, body: unknown): ProblemError {
  const read = (name: string): string | null => {
    const value: unknown =
      typeof body === 'object' && body !== null ? Reflect.get(body, name) : null;
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const code = read('code');
  // Muster's own have a code; a proxy that does not reach it has none.
  if (code === null && status >= SERVER_ERROR) return new NoAnswerError(`HTTP ${status}`, false);
  return new ProblemError({
    status,
    code: code ?? `HTTP_${status}`,
    title: read('title') ?? '',
    detail: read('detail') ?? '',
    next: read('next'),
  });
}
