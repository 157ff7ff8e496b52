import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { Session } from './session.ts';

/**
 * The JSON of a rule from a file, or from standard input where the path is `-`.
 * @throws MusterError FILE_UNREADABLE, RULE_INVALID
 */
export async function readRuleFile(session: Session, path: string): Promise<unknown> {
  const text = path === '-' ? await readAll(session.terminal.input) : await readText(path);
  try {
    // Editors on Windows put a byte order mark in front, which JSON does not know.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const where = path === '-' ? 'standard input' : path;
    throw new MusterError('RULE_INVALID', `${where} is not JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new MusterError('FILE_UNREADABLE', (error as Error).message, { cause: error });
  }
}
