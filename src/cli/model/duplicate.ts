import { addModel, findModel } from '#store/models.ts';
import { modelDocument } from '#sync/model-documents.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';

export const duplicate: CommandSpec = {
  describe(command) {
    command.argument('<name>', 'the model');
    jsonOption(command);
    examples(command, ['model duplicate buyers']);
  },

  async run(session, command) {
    const { store } = await session.muster();
    const model = await findModel(store, command.args[0] ?? '');
    const name = `${model.name} (Copy)`;
    const copy = await store.tx((tx) => addModel(tx, { ...model, name, enabled: false }));
    if (command.opts<JsonOption>().json === true) printJson(session, modelDocument(copy));
    else print(session, `${name} is made, and off. Next: muster model enable "${name}"`);
    return exitCodes.done;
  },
};
