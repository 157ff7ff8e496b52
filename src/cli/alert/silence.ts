import { findAlert, silenceAlert } from '#store/alerts.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { type CommandSpec, examples } from '../command.ts';
import { print } from '../print.ts';
import { exitCodes } from '../session.ts';

const DAYS_MAX = 365;

export const silence: CommandSpec = {
  describe(command) {
    command
      .argument('<alert>', 'its number')
      .option('--days <n>', 'for how long; 0 lets it be told again', '7');
    command.addHelpText('after', '\nIf it gets worse meanwhile, it is told all the same.');
    examples(command, ['alert silence 4', 'alert silence 4 --days 30']);
  },

  async run(session, command) {
    const { days } = command.opts<{ days: string }>();
    const number = /^\d{1,3}$/.test(days) ? Number(days) : Number.NaN;
    if (!(number <= DAYS_MAX)) {
      throw new MusterError('USAGE', `--days is a whole number up to ${DAYS_MAX}: ${days}`);
    }
    const { store } = await session.muster();
    const { id } = await findAlert(store, command.args[0] ?? '');
    await silenceAlert(store, id, number);
    print(
      session,
      number === 0 ? `Alert ${id} is told again` : `No reminders of alert ${id} for ${number} days`,
    );
    return exitCodes.done;
  },
};
