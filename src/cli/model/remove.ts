import { findModel, removeModel } from '#store/models.ts';
import { type CommandSpec, examples } from '../command.ts';
import { print } from '../print.ts';
import { exitCodes } from '../session.ts';

export const remove: CommandSpec = {
  describe(command) {
    command.argument('<name>', 'the model');
    examples(command, ['model remove buyers']);
  },

  async run(session, command) {
    const { store } = await session.muster();
    const model = await findModel(store, command.args[0] ?? '');
    await removeModel(store, model.id);
    print(session, `${model.name} is gone. Its people stay in ${model.database}.`);
    return exitCodes.done;
  },
};
