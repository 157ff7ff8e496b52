import { testTarget } from '#sources/query.ts';
import { findSource } from '#store/sources.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';
import { targetOf } from '../source-target.ts';

export const tryOut: CommandSpec = {
  describe(command) {
    command.argument('<name>', 'the source');
    jsonOption(command);
    examples(command, ['source test shop']);
  },

  async run(session, command) {
    const { store } = await session.muster();
    const source = await findSource(store, command.args[0] ?? '');
    const server = await testTarget(await targetOf(session, source));
    if (command.opts<JsonOption>().json === true) {
      printJson(session, { name: source.name, ok: true, server });
    } else print(session, `${source.name} answers: ${server} at ${source.place}`);
    return exitCodes.done;
  },
};
