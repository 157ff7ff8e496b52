import { enableIntegration } from '#store/connections.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';
import { integrationDocument } from './integration-document.ts';

export const enable = switching(true);
export const disable = switching(false);

function switching(on: boolean): CommandSpec {
  return {
    describe(command) {
      command.argument('<name>', 'the integration');
      jsonOption(command);
      examples(command, [`integration ${on ? 'enable' : 'disable'} "Shop, Europe"`]);
    },

    async run(session, command) {
      const [name = ''] = command.args;
      const { store } = await session.muster();
      const integration = await enableIntegration(store, name, on);
      if (command.opts<JsonOption>().json === true) {
        printJson(session, integrationDocument(integration));
      } else {
        const words = on
          ? 'is on: what waited goes out with the next run'
          : 'is off: nothing is sent through it, and what waits is kept';
        print(session, `${name} ${words}`);
      }
      return exitCodes.done;
    },
  };
}
