import { catalogue, type ErrorEntry } from '#domain/errors/catalogue.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { type CommandSpec, examples } from './command.ts';
import { print, styled } from './print.ts';
import { exitCodes } from './session.ts';

const endings = { 1: 'failed', 2: 'wrong use or refused input', 3: 'held' } as const;

export const help: CommandSpec = {
  describe(command) {
    command.argument('[code]', 'an error code, or the name of a command');
    examples(command, ['help', 'help PLAN_STALE', 'help audience create']);
  },

  run(session, command) {
    const [name] = command.args;
    if (name === undefined) {
      command.parent?.outputHelp();
      return Promise.resolve(exitCodes.done);
    }
    const code = name.toUpperCase();
    const entry = (catalogue as Readonly<Record<string, ErrorEntry>>)[code];
    if (entry === undefined) throw new MusterError('CODE_UNKNOWN', `“${name}”`);
    const { output } = session.terminal;
    print(
      session,
      `${styled(output, 'bold', code)}\n\n${entry.happened}.\n\nNext: ${entry.next}\n\nExit code ${entry.exitCode}: ${endings[entry.exitCode]}.`,
    );
    return Promise.resolve(exitCodes.done);
  },
};
