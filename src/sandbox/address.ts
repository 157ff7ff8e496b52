import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadyLine } from './truth.ts';

/** Where a sandbox that serves its directory writes down how it is reached. */
const fileName = 'running.json';
const answerMs = 2_000;

/** Readable for its owner alone: the token stands in it. Whole or absent, whatever happens. */
export function writeAddress(directory: string, ready: ReadyLine): void {
  const file = join(directory, fileName);
  writeFileSync(`${file}.new`, `${JSON.stringify(ready)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export function removeAddress(directory: string): void {
  rmSync(join(directory, fileName), { force: true });
}

/**
 * The sandbox that runs on a directory; null where none does. A file may outlive its sandbox, and
 * another one may have taken its port since, so the one that answers has to know the token.
 */
export async function findRunningSandbox(directory: string): Promise<ReadyLine | null> {
  try {
    const written = JSON.parse(readFileSync(join(directory, fileName), 'utf8')) as ReadyLine;
    const signal = AbortSignal.timeout(answerMs);
    const response = await fetch(`${written.url}/_sandbox/ready`, { signal });
    const running = (await response.json()) as ReadyLine;
    return running.token === written.token ? running : null;
  } catch {
    // No file, half a world gone, nobody there, somebody else there: none of them is a sandbox.
    return null;
  }
}
