import { findModel, forgetModelRows } from '#store/models.ts';
import { type CommandSpec, examples } from '../command.ts';
import { print } from '../print.ts';
import { exitCodes } from '../session.ts';

export const reset: CommandSpec = {
  describe(command) {
    command.argument('<name>', 'the model');
    examples(command, ['model reset buyers']);
  },

  async run(session, command) {
    const { store } = await session.muster();
    const model = await findModel(store, command.args[0] ?? '');
    await forgetModelRows(store, model.id);
    print(
      session,
      `Every row of ${model.name} is new at the next run. Rows that go before it are not noticed as gone.`,
    );
    return exitCodes.done;
  },
};
