import { MusterError } from '#domain/errors/muster-error.ts';
import { findIntegration } from '#store/connections.ts';
import { removeIntegration } from '#store/integration-removal.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';

interface RemoveOptions extends JsonOption {
  readonly confirm?: string;
}

export const remove: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'the integration')
      .option('--confirm <name>', 'the name once more, to say that you mean it');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nFor good. Its settings go, and its access token where no other integration uses it. Refused while\n' +
        'audiences go through it, and while people are at Meta who could not opt out without it.\n' +
        '`muster integration disable` only stops sending and keeps everything.',
    );
    examples(command, ['integration remove "Shop, Europe" --confirm "Shop, Europe"']);
  },

  async run(session, command) {
    const { confirm, json } = command.opts<RemoveOptions>();
    const [name = ''] = command.args;
    const { store } = await session.muster();
    const integration = await findIntegration(store, name);
    if (confirm !== name) {
      const typed = confirm === undefined ? '--confirm is missing' : `“${confirm}”`;
      throw new MusterError('CONFIRMATION_WRONG', typed);
    }
    const tokenForgotten = await store.tx((tx) => removeIntegration(tx, integration));
    if (json === true) printJson(session, { integration: name, removed: true, tokenForgotten });
    else print(session, `${name} is removed${tokenForgotten ? ', and its token forgotten' : ''}.`);
    return exitCodes.done;
  },
};
