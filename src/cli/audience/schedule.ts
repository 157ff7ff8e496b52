import { MusterError } from '#domain/errors/muster-error.ts';
import { moment } from '#http/words.ts';
import {
  changeSchedule,
  type ScheduleReport,
  type ScheduleWish,
  showSchedule,
} from '#jobs/control.ts';
import { readMoment } from '#schedules/moments.ts';
import {
  calendarSchedule,
  describeSchedule,
  intervalSchedule,
  readZone,
  type Schedule,
} from '#schedules/schedule.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { fields, indent } from '../layout.ts';
import { print, printJson, styled } from '../print.ts';
import { exitCodes, type Session } from '../session.ts';

interface ScheduleOptions extends JsonOption {
  readonly hourly?: true;
  readonly atOnce?: true;
  readonly every?: string;
  readonly days?: string;
  readonly at?: string;
  readonly byHand?: true;
  readonly zone?: string;
  readonly from?: string;
  readonly until?: string;
  readonly always?: true;
}

export const schedule: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'the audience')
      .option('--hourly', 'every hour from Activated on, the first time after an hour; the default')
      .option('--at-once', 'seconds after a change, and hourly besides')
      .option('--every <interval>', 'now, and then every 15m, 30m, 1h, 2h, 4h, 6h, 8h, 12h or 1d')
      .option('--at <times>', 'at these times of day, such as 08:30,17:00')
      .option('--days <days>', 'with --at, on these days of the week, such as mon,wed,fri')
      .option('--by-hand', 'only when somebody asks')
      .option(
        '--zone <zone>',
        'time zone of --at, --from and --until, such as Europe/Berlin',
        'UTC',
      )
      .option('--from <moment>', 'nothing is sent before; everybody is sent again then')
      .option('--until <moment>', 'nothing is sent from then on')
      .option('--always', 'without a running period');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nWithout an option it shows when the audience runs. Opt-outs leave within seconds, whatever is\n' +
        'set here. `muster serve` does the runs.',
    );
    examples(command, [
      'audience schedule gold',
      'audience schedule gold --at-once',
      'audience schedule gold --every 15m',
      'audience schedule gold --at 08:30,17:00 --days mon,tue,wed,thu,fri --zone Europe/Berlin',
      'audience schedule gold --from 2026-12-01 --until 2026-12-27 --zone Europe/Berlin',
    ]);
  },

  async run(session, command) {
    const options = command.opts<ScheduleOptions>();
    const [name = ''] = command.args;
    const wish = readWish(options);
    const muster = await session.muster();
    const asked = Object.keys(wish).length > 0;
    const report = asked
      ? await changeSchedule(muster, name, wish)
      : await showSchedule(muster, name);
    if (options.json === true) printJson(session, report);
    else print(session, scheduleText(session, report));
    return exitCodes.done;
  },
};

function readWish(options: ScheduleOptions): ScheduleWish {
  const zone = readZone(options.zone ?? 'UTC');
  const schedule = readSchedule(options, zone);
  const period = readPeriod(options, zone);
  return {
    ...(schedule === undefined ? {} : { schedule }),
    ...(period === undefined ? {} : { period }),
  };
}

function readSchedule(options: ScheduleOptions, zone: string): Schedule | undefined {
  const { hourly, atOnce, every, at, days, byHand } = options;
  const named = [hourly, atOnce, every, at, byHand].filter((one) => one !== undefined);
  if (named.length > 1) {
    throw new MusterError(
      'USAGE',
      'choose one of --hourly, --at-once, --every, --at and --by-hand',
    );
  }
  if (days !== undefined && at === undefined) throw new MusterError('USAGE', '--days needs --at');
  if (hourly) return { kind: 'hourly' };
  if (atOnce) return { kind: 'at once' };
  if (byHand) return { kind: 'by hand' };
  if (every !== undefined) return intervalSchedule(every);
  return at === undefined ? undefined : calendarSchedule({ days, times: at, zone });
}

function readPeriod(options: ScheduleOptions, zone: string): ScheduleWish['period'] {
  const { from, until, always } = options;
  if (always) {
    if (from === undefined && until === undefined) return null;
    throw new MusterError('USAGE', '--always together with --from or --until');
  }
  if (from === undefined && until === undefined) return undefined;
  const period = {
    from: from === undefined ? null : readMoment(from, zone),
    until: until === undefined ? null : readMoment(until, zone),
    zone,
  };
  if (period.from !== null && period.until !== null && period.from >= period.until) {
    throw new MusterError('SCHEDULE_INVALID', '--until is not after --from');
  }
  return period;
}

/** When an audience runs, as its own page of text. */
export function scheduleText(session: Session, report: ScheduleReport): string {
  const when = (text: string | null) => (text === null ? null : moment(new Date(text)));
  const lines = fields([
    ['runs', describeSchedule(report.schedule)],
    ['not before', when(report.runsFrom)],
    ['not from', when(report.runsUntil)],
    ['zone of the period', report.zone],
    ['activated on', when(report.activatedAt) ?? 'not yet: nothing is planned'],
    ['next planned run', nextText(report)],
  ]);
  return `${styled(session.terminal.output, 'bold', report.audience)}\n${indent(lines)}`;
}

function nextText({ nextRunAt, paused, activatedAt }: ScheduleReport): string | null {
  if (paused) return 'paused: when it goes on';
  if (nextRunAt !== null) return moment(new Date(nextRunAt));
  return activatedAt === null ? null : 'none';
}
