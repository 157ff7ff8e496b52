import { findModel, setModelEnabled } from '#store/models.ts';
import { type CommandSpec, examples } from '../command.ts';
import { print } from '../print.ts';
import { exitCodes } from '../session.ts';

export const enable: CommandSpec = switching('enable', true);
export const disable: CommandSpec = switching('disable', false);

function switching(verb: string, enabled: boolean): CommandSpec {
  return {
    describe(command) {
      command.argument('<name>', 'the model');
      examples(command, [`model ${verb} buyers`]);
    },

    async run(session, command) {
      const { store } = await session.muster();
      const model = await findModel(store, command.args[0] ?? '');
      await setModelEnabled(store, model.id, enabled);
      print(session, `${model.name} is ${enabled ? 'on' : 'off'}`);
      return exitCodes.done;
    },
  };
}
