import { listModels } from '#store/models.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { table } from '../layout.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';
import { modelDocument } from './_describe.ts';

export const list: CommandSpec = {
  describe(command) {
    jsonOption(command);
    examples(command, ['model list', 'model list --json']);
  },

  async run(session, command) {
    const { store } = await session.muster();
    const models = await listModels(store);
    if (command.opts<JsonOption>().json === true) {
      printJson(session, { models: models.map(modelDocument) });
    } else if (models.length === 0) {
      print(
        session,
        'There is no model yet. Next: muster model create NAME --source S --sql FILE --id COLUMN',
      );
    } else {
      const lines = models.map(({ name, source, database, mode, enabled }) => [
        ...[name, source, database, mode, enabled ? 'on' : 'off'],
      ]);
      print(session, table(['name', 'source', 'database', 'mode', 'state'], lines));
    }
    return exitCodes.done;
  },
};
