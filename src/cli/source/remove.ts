import { findSource, removeSource } from '#store/sources.ts';
import { type CommandSpec, examples } from '../command.ts';
import { print } from '../print.ts';
import { exitCodes } from '../session.ts';

export const remove: CommandSpec = {
  describe(command) {
    command.argument('<name>', 'the source');
    examples(command, ['source remove shop']);
  },

  async run(session, command) {
    const { store } = await session.muster();
    const source = await findSource(store, command.args[0] ?? '');
    await store.tx((tx) => removeSource(tx, source));
    print(session, `${source.name} is gone, with its password. The people who came from it stay.`);
    return exitCodes.done;
  },
};
