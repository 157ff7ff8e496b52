import { findModel } from '#store/models.ts';
import { listFailedRows } from '#store/model-runs.ts';
import { failedRowDocument } from '#sync/model-documents.ts';
import { type CommandSpec, examples, type JsonOption } from '../command.ts';
import { print } from '../print.ts';
import { exitCodes } from '../session.ts';

export const failed: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'the model')
      .option('--json', 'print one JSON document a line: {"externalId","rowNumber","reason"}');
    command.addHelpText(
      'after',
      '\nTheir people stay as they were, and every run tries the newest version of each row again.',
    );
    examples(command, ['model failed buyers', 'model failed buyers --json']);
  },

  async run(session, command) {
    const { store } = await session.muster();
    const model = await findModel(store, command.args[0] ?? '');
    const isJson = command.opts<JsonOption>().json === true;
    // Tabs between, so that `cut` and spreadsheets can read it.
    for (const kept of await listFailedRows(store, model.id)) {
      const row = failedRowDocument(kept);
      const line = [row.externalId ?? '-', row.rowNumber, row.reason].join('\t');
      print(session, isJson ? JSON.stringify(row) : line);
    }
    return exitCodes.done;
  },
};
