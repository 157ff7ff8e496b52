import { asMusterError } from '#domain/errors/as-muster-error.ts';
import { styled } from './print.ts';
import type { Screen } from './session.ts';

/** What went wrong, its code, and what to do next; where it came from only for those who debug. */
export function writeError(screen: Screen, error: unknown, debug: boolean): void {
  const ours = asMusterError(error);
  const { code, message, next } = ours;
  screen.write(
    `${styled(screen, 'red', `Error ${code}:`)} ${message}.\n${styled(screen, 'bold', 'Next:')} ${next}\n`,
  );
  if (debug) screen.write(`${stackOf(ours)}\n`);
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\nCaused by ${stackOf(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
