import { MusterError } from '#domain/errors/muster-error.ts';
import { renameIntegration } from '#store/connections.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';
import { integrationDocument } from './integration-document.ts';

export const rename: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'the integration as it is called now')
      .argument('<new-name>', 'what to call it');
    jsonOption(command);
    examples(command, ['integration rename sandbox "Shop, trial"']);
  },

  async run(session, command) {
    const [name = '', newName = ''] = command.args;
    if (newName.trim() === '') throw new MusterError('USAGE', 'the new name is empty');
    const { store } = await session.muster();
    const integration = await renameIntegration(store, name, newName);
    if (command.opts<JsonOption>().json === true) {
      printJson(session, integrationDocument(integration));
    } else print(session, `${name} is now called ${newName}`);
    return exitCodes.done;
  },
};
