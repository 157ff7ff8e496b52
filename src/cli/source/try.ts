import { testSource } from '#sources/target.ts';
import { findSource } from '#store/sources.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';

export const tryOut: CommandSpec = {
  describe(command) {
    command.argument('<name>', 'the source');
    jsonOption(command);
    examples(command, ['source test shop']);
  },

  async run(session, command) {
    const muster = await session.muster();
    const source = await findSource(muster.store, command.args[0] ?? '');
    const server = await testSource(await muster.openSource(source.id));
    if (command.opts<JsonOption>().json === true) {
      printJson(session, { name: source.name, ok: true, server });
    } else print(session, `${source.name} answers: ${server} at ${source.place}`);
    return exitCodes.done;
  },
};
