import { asMusterError } from '#domain/errors/as-muster-error.ts';
import type { Finding } from '#http/api/api.ts';

export type { Finding };

export function well(name: string, found: string): Finding {
  return { name, state: 'pass', found, next: null, link: null };
}

/** Wants attention; all goes on meanwhile. */
export function odd(name: string, found: string, next: string): Finding {
  return { name, state: 'warn', found, next, link: null };
}

/** Stands in the way. */
export function broken(name: string, found: string, next: string): Finding {
  return { name, state: 'fail', found, next, link: null };
}

/** What cannot be found out is a finding, too: none of them keeps the others from being looked at. */
export async function findOut(
  name: string,
  look: () => Promise<Finding | readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return [await look()].flat();
  } catch (error) {
    const { message, next } = asMusterError(error);
    return [broken(name, message, next)];
  }
}
