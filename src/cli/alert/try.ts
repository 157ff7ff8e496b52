import { sendTest } from '#alerts/send-due.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { listChannels } from '#store/alert-channels.ts';
import { databaseNow } from '#store/overview.ts';
import { type CommandSpec, examples } from '../command.ts';
import { print, tell } from '../print.ts';
import { exitCodes } from '../session.ts';
import { alertSenders } from '../senders.ts';

export const tryAll: CommandSpec = {
  describe(command) {
    examples(command, ['alert test']);
  },

  async run(session) {
    const { store } = await session.muster();
    const channels = (await listChannels(store)).filter(({ endedAt }) => endedAt === null);
    if (channels.length === 0) throw new MusterError('CHANNEL_UNKNOWN', 'there is none');
    const senders = await alertSenders(session);
    const now = await databaseNow(store);
    let failed = 0;
    for (const channel of channels) {
      try {
        await sendTest(senders, channel, now);
        print(session, `${channel.name}: taken`);
      } catch (error) {
        if (!(error instanceof MusterError)) throw error;
        failed++;
        tell(session, `${channel.name}: ${error.message}\n  ${error.next}`);
      }
    }
    return failed === 0 ? exitCodes.done : exitCodes.failed;
  },
};
