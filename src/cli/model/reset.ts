import { findModel } from '#store/models.ts';
import { forgetRows } from '#sync/model-runs.ts';
import { type CommandSpec, examples } from '../command.ts';
import { print } from '../print.ts';
import { exitCodes } from '../session.ts';

export const reset: CommandSpec = {
  describe(command) {
    command.argument('<name>', 'the model');
    examples(command, ['model reset buyers']);
  },

  async run(session, command) {
    const muster = await session.muster();
    const model = await findModel(muster.store, command.args[0] ?? '');
    await forgetRows(muster, model);
    print(
      session,
      `Every row of ${model.name} is new at the next run: muster model sync ${model.name}`,
    );
    return exitCodes.done;
  },
};
