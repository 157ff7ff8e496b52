import { findWebhook } from '#connections/channels.ts';
import { removeChannel } from '#store/alert-channels.ts';
import { type CommandSpec, examples } from '../command.ts';
import { print } from '../print.ts';
import { exitCodes } from '../session.ts';

export const deleteCommand: CommandSpec = {
  describe(command) {
    command.argument('<name>', 'of the webhook');
    examples(command, ['webhook delete pager']);
  },

  async run(session, command) {
    const { store } = await session.muster();
    const { id, name } = await findWebhook(store, command.args[0] ?? '');
    await removeChannel(store, id);
    print(session, `Nothing is sent to ${name} any more`);
    return exitCodes.done;
  },
};
