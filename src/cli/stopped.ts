import { type ExitCode, exitCodes } from './session.ts';

/** Resolves when the process is asked to end, or so much later. */
export function stopped(signal: AbortSignal, graceMs = 0): Promise<ExitCode> {
  return new Promise((resolve) => {
    const end = () => {
      if (graceMs === 0) resolve(exitCodes.stopped);
      else setTimeout(() => resolve(exitCodes.stopped), graceMs).unref();
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
