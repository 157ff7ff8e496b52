import type { Command } from 'commander';
import { listSources } from '#store/sources.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { table } from '../layout.ts';
import { print, printJson } from '../print.ts';
import { type ExitCode, exitCodes, type Session } from '../session.ts';
import { sourceDocument } from './_describe.ts';

export const list: CommandSpec = {
  describe(command) {
    jsonOption(command);
    examples(command, ['source list', 'source list --json']);
  },

  async run(session, command) {
    const { store } = await session.muster();
    const sources = await listSources(store);
    return printSources(session, command, sources.map(sourceDocument));
  },
};

export function printSources(
  session: Session,
  command: Command,
  sources: readonly Pick<ReturnType<typeof sourceDocument>, 'name' | 'type' | 'place'>[],
): ExitCode {
  if (command.opts<JsonOption>().json === true) printJson(session, { sources });
  else if (sources.length === 0) {
    const next = 'muster source add NAME --type postgres --url-file FILE';
    print(session, `There is no source yet. Next: ${next}`);
  } else {
    const lines = sources.map(({ name, type, place }) => [name, type, place]);
    print(session, table(['name', 'type', 'where'], lines));
  }
  return exitCodes.done;
}
