import { sendTest } from '#alerts/send-due.ts';
import { findWebhook } from '#connections/channels.ts';
import { databaseNow } from '#store/overview.ts';
import { type CommandSpec, examples } from '../command.ts';
import { print } from '../print.ts';
import { exitCodes } from '../session.ts';
import { alertSenders } from '../senders.ts';

export const tryOne: CommandSpec = {
  describe(command) {
    command.argument('<name>', 'of the webhook');
    examples(command, ['webhook test pager']);
  },

  async run(session, command) {
    const { store } = await session.muster();
    const channel = await findWebhook(store, command.args[0] ?? '');
    const senders = await alertSenders(session);
    await sendTest(senders, channel, await databaseNow(store));
    print(session, `${channel.name} took it`);
    return exitCodes.done;
  },
};
