import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findSandbox, type ReadySandbox } from './sandbox-probe.ts';

/** How commands find the sandbox that runs on their data directory. */
export interface SandboxNote extends ReadySandbox {
  readonly pid: number;
}

/** Writes the note; the function it gives takes it away again, unless another one stands there. */
export async function leaveNote(
  dataDirectory: string,
  ready: ReadySandbox,
): Promise<() => Promise<void>> {
  const path = pathOf(dataDirectory);
  const note: SandboxNote = { ...ready, pid: process.pid };
  await mkdir(dataDirectory, { recursive: true });
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, `${JSON.stringify(note)}\n`, { mode: 0o600 });
  await rename(draft, path);
  return async () => {
    const standing = await readNote(path);
    if (standing?.pid === process.pid) await rm(path, { force: true });
  };
}

/**
 * The sandbox that the note of a data directory names, or null when none runs: a note outlives a
 * killed sandbox, and its port may belong to another one by now.
 */
export async function findNotedSandbox(
  dataDirectory: string,
  fetch: Parameters<typeof findSandbox>[1],
): Promise<SandboxNote | null> {
  const note = await readNote(pathOf(dataDirectory));
  if (note === null) return null;
  const running = await findSandbox(note.url, fetch);
  return running?.token === note.token ? { ...running, pid: note.pid } : null;
}

function pathOf(dataDirectory: string): string {
  return join(dataDirectory, 'sandbox.json');
}

async function readNote(path: string): Promise<SandboxNote | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as SandboxNote;
  } catch {
    return null;
  }
}
