import { MusterError } from '#domain/errors/muster-error.ts';
import { listChannels } from '#store/alert-channels.ts';
import { type AlertRules, readAlertRules, setAlertRules } from '#store/alerts.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { fields } from '../layout.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';
import { people } from '../words.ts';

interface RulesOptions extends JsonOption {
  readonly deliveryBelow?: string;
  readonly jump?: string;
  readonly jumpPeople?: string;
  readonly remind?: string;
}

const hoursOf: Readonly<Record<string, number>> = { never: 0, hourly: 1, daily: 24, weekly: 168 };

export const rules: CommandSpec = {
  describe(command) {
    command
      .option(
        '--delivery-below <percent>',
        'told when fewer of the rows of a day are accepted; 0: never',
      )
      .option('--jump <percent>', 'told when an audience grows or shrinks by so much within a day')
      .option('--jump-people <n>', 'and has at least so many people')
      .option('--remind <how>', `${Object.keys(hoursOf).join(', ')}, or a number of hours`);
    jsonOption(command);
    examples(command, ['alert rules', 'alert rules --delivery-below 80 --remind weekly']);
  },

  async run(session, command) {
    const options = command.opts<RulesOptions>();
    const { store } = await session.muster();
    const old = await readAlertRules(store);
    const { deliveryBelow, jump, jumpPeople, remind } = options;
    const wanted: AlertRules = {
      deliveryBelowPercent:
        whole('--delivery-below', deliveryBelow, 100) ?? old.deliveryBelowPercent,
      jumpPercent: Math.max(1, whole('--jump', jump, 1_000) ?? old.jumpPercent),
      jumpPeopleMin: whole('--jump-people', jumpPeople, 1_000_000_000) ?? old.jumpPeopleMin,
      remindHours: hoursOf[remind ?? ''] ?? whole('--remind', remind, 8_760) ?? old.remindHours,
    };
    await setAlertRules(store, wanted);
    const channels = await listChannels(store);
    if (options.json === true) {
      const to = channels.map(({ name, kind, endedAt }) => ({
        name,
        kind,
        ended: endedAt !== null,
      }));
      printJson(session, { ...wanted, to });
      return exitCodes.done;
    }
    const { deliveryBelowPercent, jumpPercent, jumpPeopleMin, remindHours } = wanted;
    const shown = fields([
      ['delivery', `told below ${deliveryBelowPercent} % of a day’s rows accepted`],
      ['size', `told from ${jumpPercent} % within a day, of at least ${people(jumpPeopleMin)}`],
      ['reminders', remindHours === 0 ? 'never' : `every ${remindHours} hours`],
      ['sent to', channels.map(({ name }) => name).join(', ') || 'nobody yet'],
    ]);
    print(session, shown);
    if (channels.length === 0) {
      print(
        session,
        '\nNext: muster alert to-mail ADDRESS, or muster webhook create NAME --url URL',
      );
    }
    return exitCodes.done;
  },
};

function whole(flag: string, text: string | undefined, max: number): number | null {
  if (text === undefined) return null;
  if (/^\d{1,10}$/.test(text) && Number(text) <= max) return Number(text);
  throw new MusterError('USAGE', `${flag} is a whole number up to ${max}: ${text}`);
}
