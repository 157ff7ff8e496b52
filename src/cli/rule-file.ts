import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { parseRuleText, type Rule } from '#audiences/rule.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { Session } from './session.ts';

/**
 * A rule from a file, or from standard input where the path is `-`.
 * @throws MusterError FILE_UNREADABLE, RULE_NOT_JSON, and what parseRule throws
 */
export async function readRuleFile(session: Session, path: string): Promise<Rule> {
  return parseRuleText(path === '-' ? await readAll(session.terminal.input) : await readText(path));
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new MusterError('FILE_UNREADABLE', (error as Error).message, { cause: error });
  }
}
