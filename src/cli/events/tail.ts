import type { Command } from 'commander';
import { setTimeout as delay } from 'node:timers/promises';
import { MusterError } from '#domain/errors/muster-error.ts';
import { moment } from '#http/words.ts';
import { findDatabase } from '#store/databases.ts';
import { readRecentCalls, type ShownCall } from '#store/recent-calls.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson, styled, tell } from '../print.ts';
import { type ExitCode, exitCodes, type Session } from '../session.ts';

interface TailOptions extends JsonOption {
  readonly database?: string;
  readonly lines: string;
  readonly follow?: true;
}

const LOOK_EVERY_MS = 500;
const LINES_MAX = 10_000;

export const tail: CommandSpec = {
  describe(command) {
    command
      .option('--database <name>', 'only what came into this database')
      .option('--lines <number>', 'how many of the last calls', '20')
      .option('--follow', 'go on with what comes in, until Ctrl-C');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nEvery refusal with its reason, and accepted calls as long as they are no more than 50 a second. Of\n' +
        'values only the form is shown: a for a letter, 9 for a digit. With --json one document a line.',
    );
    examples(command, ['events tail', 'events tail --follow', 'events tail --json --lines 100']);
  },

  async run(session, command) {
    const { lines, database } = readWish(command);
    const { store } = await session.muster();
    const databaseId = database === undefined ? null : (await findDatabase(store, database)).id;
    return await printCalls(session, command, lines, (afterId, limit) =>
      readRecentCalls(store, { databaseId, afterId, limit }),
    );
  },
};

/** @throws MusterError USAGE */
export function readWish(command: Command): { lines: number; database: string | undefined } {
  const { lines: text, database } = command.opts<TailOptions>();
  const lines = Number(text);
  if (Number.isInteger(lines) && lines >= 1 && lines <= LINES_MAX) return { lines, database };
  throw new MusterError('USAGE', `--lines “${text}” is not a number up to 10,000`);
}

/** The last calls, and then those that come in, if they are wanted; `read` gives what is newer than a number. */
export async function printCalls(
  session: Session,
  command: Command,
  lines: number,
  read: (afterId: number, limit: number) => Promise<readonly ShownCall[]>,
): Promise<ExitCode> {
  const { json, follow } = command.opts<TailOptions>();
  for (let [afterId, limit] = [0, lines]; ; limit = LINES_MAX) {
    const calls = await read(afterId, limit);
    for (const call of calls) {
      if (json === true) printJson(session, { ...call, id: String(call.id) });
      else print(session, lineOf(session, call));
    }
    if (limit === lines && calls.length === 0 && json !== true) {
      tell(session, 'Nothing has come in yet.');
    }
    afterId = calls.at(-1)?.id ?? afterId;
    if (follow !== true) return exitCodes.done;
    await delay(LOOK_EVERY_MS);
  }
}

function lineOf(
  session: Session,
  { at, accepted, type, name, reason, database, detail }: ShownCall,
) {
  const { output } = session.terminal;
  const verdict = accepted
    ? styled(output, 'green', 'accepted')
    : styled(output, 'red', 'refused ');
  const what = [type, name === null ? null : JSON.stringify(name)].filter((part) => part !== null);
  return [
    ...[moment(at), verdict, database ?? '(no database)', what.join(' ')],
    ...(reason === null ? [] : [reason]),
    ...(Object.keys(detail).length === 0 ? [] : [styled(output, 'dim', JSON.stringify(detail))]),
  ].join('  ');
}
