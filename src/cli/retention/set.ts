import { MusterError } from '#domain/errors/muster-error.ts';
import { keptFor, keptNamed, setRetention } from '#store/retention.ts';
import { type CommandSpec, examples } from '../command.ts';
import { print } from '../print.ts';
import { exitCodes } from '../session.ts';
import { daysText } from './_days.ts';

const DAYS_MAX = 36_500;

export const set: CommandSpec = {
  describe(command) {
    command
      .argument('<what>', `${Object.keys(keptFor).join(', ')}`)
      .argument('<days>', 'how long it is kept: a number of days, forever, or default');
    examples(command, ['retention set events 180', 'retention set "failed rows" forever']);
  },

  async run(session, command) {
    const [what = '', text = ''] = command.args;
    const name = keptNamed(what);
    const days = daysOf(text, keptFor[name].days);
    const { store } = await session.muster();
    await setRetention(store, name, days);
    print(session, `${name}: kept ${daysText(days)}`);
    return exitCodes.done;
  },
};

function daysOf(text: string, defaultDays: number): number | null {
  if (text === 'forever') return null;
  if (text === 'default') return defaultDays;
  const days = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (days >= 1 && days <= DAYS_MAX) return days;
  throw new MusterError('USAGE', `<days> is 1 to ${DAYS_MAX}, forever or default: ${text}`);
}
