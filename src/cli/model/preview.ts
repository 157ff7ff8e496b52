import { findModel } from '#store/models.ts';
import { previewModel } from '#sync/models.ts';
import { maskedRows, planDocument } from '#sync/model-documents.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { indent, table } from '../layout.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';

import { columnsText } from './_describe.ts';

export const preview: CommandSpec = {
  describe(command) {
    command.argument('<name>', 'the model');
    jsonOption(command);
    examples(command, ['model preview buyers', 'model preview buyers --json']);
  },

  async run(session, command) {
    const muster = await session.muster();
    const { store } = muster;
    const model = await findModel(store, command.args[0] ?? '');
    const looked = await previewModel(muster, model, await muster.openSource(model.sourceId));
    const rows = maskedRows(looked);
    if (command.opts<JsonOption>().json === true) {
      const { name: of } = model;
      printJson(session, { model: of, columns: looked.header, ...planDocument(looked), rows });
      return exitCodes.done;
    }
    print(
      session,
      `${model.name}: the first ${rows.length} rows, identifiers by their shape only\n`,
    );
    print(session, indent(table(looked.header, rows)));
    print(session, `\n${indent(columnsText(looked))}`);
    return exitCodes.done;
  },
};
