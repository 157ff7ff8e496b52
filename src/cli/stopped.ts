import { type ExitCode, exitCodes } from './session.ts';

/** Resolves when the process is asked to end. */
export function stopped(signal: AbortSignal): Promise<ExitCode> {
  return new Promise((resolve) => {
    const end = () => resolve(exitCodes.stopped);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
