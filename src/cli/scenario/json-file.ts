import { findJsonProblem } from '#audiences/json-problem.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { Session } from '../session.ts';
import { readTextFile } from '../text-file.ts';

const TEXT_LENGTH_MAX = 4_194_304;

/** JSON of a file, or of standard input. @throws MusterError FILE_UNREADABLE, SCENARIO_INVALID */
export async function readJsonFile(session: Session, path: string): Promise<unknown> {
  const text = await readTextFile(session, path);
  if (text.length > TEXT_LENGTH_MAX) {
    throw new MusterError('SCENARIO_INVALID', `the text has ${text.length} characters`);
  }
  const problem = findJsonProblem(text);
  if (problem !== null) throw new MusterError('SCENARIO_INVALID', `it is not JSON: ${problem}`);
  return JSON.parse(text);
}
