import { setTimeout as delay } from 'node:timers/promises';
import { MusterError } from '#domain/errors/muster-error.ts';
import { moment } from '#http/words.ts';
import { findDatabase } from '#store/databases.ts';
import type { Db } from '#store/db.ts';
import { readRecentCalls, type ShownCall } from '#store/recent-calls.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson, styled, tell } from '../print.ts';
import { exitCodes, type Session } from '../session.ts';

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
    const options = command.opts<TailOptions>();
    const limit = Number(options.lines);
    if (!Number.isInteger(limit) || limit < 1 || limit > LINES_MAX) {
      throw new MusterError('USAGE', `--lines “${options.lines}” is not a number up to 10,000`);
    }
    const { store } = await session.muster();
    const { database } = options;
    const databaseId = database === undefined ? null : (await findDatabase(store, database)).id;
    const json = options.json === true;
    let afterId = await show(session, store, { databaseId, afterId: 0, limit }, json);
    if (afterId === 0 && !json) tell(session, 'Nothing has come in yet.');
    while (options.follow === true) {
      await delay(LOOK_EVERY_MS);
      afterId = await show(session, store, { databaseId, afterId, limit: LINES_MAX }, json);
    }
    return exitCodes.done;
  },
};

type Wish = Parameters<typeof readRecentCalls>[1];

/** Prints what is newer; gives the number of the last call. */
async function show(session: Session, db: Db, wish: Wish, json: boolean): Promise<number> {
  const calls = await readRecentCalls(db, wish);
  for (const call of calls) {
    if (json) printJson(session, { ...call, id: String(call.id) });
    else print(session, lineOf(session, call));
  }
  return calls.at(-1)?.id ?? wish.afterId;
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
