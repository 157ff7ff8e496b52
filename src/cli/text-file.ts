import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { Session } from './session.ts';

/** A file, or standard input where the path is `-`. @throws MusterError FILE_UNREADABLE */
export async function readTextFile(session: Session, path: string): Promise<string> {
  if (path === '-') return await readAll(session.terminal.input);
  try {
    // Editors on Windows put a byte order mark in front.
    return (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    throw new MusterError('FILE_UNREADABLE', (error as Error).message, { cause: error });
  }
}
