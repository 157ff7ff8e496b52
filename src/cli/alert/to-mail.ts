import { addAddresses } from '#connections/channels.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { findChannel, removeChannel } from '#store/alert-channels.ts';
import { type CommandSpec, examples } from '../command.ts';
import { print, tell } from '../print.ts';
import { exitCodes } from '../session.ts';
import { openMailer } from '../senders.ts';

export const toMail: CommandSpec = {
  describe(command) {
    command
      .argument('<addresses...>', 'of people or lists')
      .option('--remove', 'no longer send them there');
    command.addHelpText(
      'after',
      '\nThe server that sends is set by MUSTER_SMTP_URL and MUSTER_MAIL_FROM; `serve` sends.',
    );
    examples(command, ['alert to-mail ana@example.com', 'alert to-mail ana@example.com --remove']);
  },

  async run(session, command) {
    const { store } = await session.muster();
    if (command.opts<{ remove?: true }>().remove === true) {
      for (const address of command.args) {
        const { id, kind } = await findChannel(store, address);
        if (kind !== 'mail') throw new MusterError('CHANNEL_UNKNOWN', 'it is a webhook');
        await removeChannel(store, id);
      }
      print(session, 'Alerts no longer go there');
      return exitCodes.done;
    }
    await addAddresses(store, command.args);
    print(session, 'Alerts go there');
    if ((await openMailer(session)) === null) {
      tell(
        session,
        'Note: no server for mail is set; `serve` needs MUSTER_SMTP_URL and MUSTER_MAIL_FROM',
      );
    }
    print(session, '\nNext: muster alert test');
    return exitCodes.done;
  },
};
