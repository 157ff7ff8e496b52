import { findModel } from '#store/models.ts';
import { skipFile } from '#sync/model-runs.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';
import { quoted } from '../words.ts';

export const skip: CommandSpec = {
  describe(command) {
    command.argument('<name>', 'the model');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nA file that cannot be taken holds back those after it. This passes over it; another version of it is\n' +
        'read again. Where files are changes and not whole lists, what is in it is never taken.',
    );
    examples(command, ['model skip people']);
  },

  async run(session, command) {
    const muster = await session.muster();
    const model = await findModel(muster.store, command.args[0] ?? '');
    const file = await skipFile(muster, model);
    if (command.opts<JsonOption>().json === true) printJson(session, { model: model.name, file });
    else {
      print(session, `${file} is passed over. Next: muster model sync ${quoted(model.name)}`);
    }
    return exitCodes.done;
  },
};
