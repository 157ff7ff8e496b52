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

/** The code of a request that got no answer at all. */
export const OFFLINE = 'OFFLINE';

/** Whatever was thrown, as a problem that can be shown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  const detail = error instanceof Error ? error.message : String(error);
  // What fetch throws when nobody answers.
  const code = error instanceof TypeError ? OFFLINE : 'PAGE';
  return { status: 0, code, title: '', detail, next: null };
}

/** Whether somebody else changed what an edit was made from: looking again helps, trying again does not. */
export function isOutdated(error: unknown): boolean {
  return ['API_CHANGED', 'AUDIENCE_CHANGED'].includes(problemOf(error).code);
}

/** What an answer says that is none of 200 to 299. */
export function readProblem(status: number, body: unknown): Problem {
  const read = (name: string): string | null => {
    const value: unknown =
      typeof body === 'object' && body !== null ? Reflect.get(body, name) : null;
    return typeof value === 'string' && value !== '' ? value : null;
  };
  return {
    status,
    code: read('code') ?? `HTTP_${status}`,
    title: read('title') ?? '',
    detail: read('detail') ?? '',
    next: read('next'),
  };
}
