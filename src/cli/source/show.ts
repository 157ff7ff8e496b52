import { moment } from '#http/words.ts';
import { listModels } from '#store/models.ts';
import { findSource } from '#store/sources.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { fields, indent } from '../layout.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';
import { sourceDocument } from './_describe.ts';

export const show: CommandSpec = {
  describe(command) {
    command.argument('<name>', 'the source');
    jsonOption(command);
    examples(command, ['source show shop']);
  },

  async run(session, command) {
    const { store } = await session.muster();
    const source = await findSource(store, command.args[0] ?? '');
    const models = (await listModels(store))
      .filter(({ sourceId }) => sourceId === source.id)
      .map(({ name }) => name);
    if (command.opts<JsonOption>().json === true) {
      printJson(session, { ...sourceDocument(source), models });
      return exitCodes.done;
    }
    const lines = fields([
      ['type', source.kind],
      ['where', source.place],
      ['private addresses', source.allowPrivate ? 'allowed' : 'refused'],
      ['added', moment(source.createdAt)],
      ['models', models.length === 0 ? 'none' : models.join(', ')],
    ]);
    print(session, `${source.name}\n${indent(lines)}`);
    return exitCodes.done;
  },
};
