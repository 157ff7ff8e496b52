import { MusterError } from '#domain/errors/muster-error.ts';
import { moment } from '#http/words.ts';
import {
  changeModelSchedule,
  type ModelScheduleReport,
  showModelSchedule,
} from '#jobs/model-runs.ts';
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
import { counted } from '../words.ts';

interface ScheduleOptions extends JsonOption {
  readonly every?: string;
  readonly days?: string;
  readonly at?: string;
  readonly byHand?: true;
  readonly zone: string;
}

export const schedule: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'the model')
      .option('--every <interval>', 'now, and then every 15m, 30m, 1h, 2h, 4h, 6h, 8h, 12h or 1d')
      .option('--at <times>', 'at these times of day, such as 08:30,17:00')
      .option('--days <days>', 'with --at, on these days of the week, such as mon,wed,fri')
      .option('--zone <zone>', 'time zone of --at, such as Europe/Berlin', 'UTC')
      .option('--by-hand', 'only when somebody asks; the default');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nWithout an option it shows when the model is read. `muster serve` does the runs. A planned run that\n' +
        'fails is tried again after about one minute, two, four, eight and sixteen.',
    );
    examples(command, [
      'model schedule buyers',
      'model schedule buyers --every 1h',
      'model schedule buyers --at 06:30 --days mon,tue,wed,thu,fri --zone Europe/Berlin',
    ]);
  },

  async run(session, command) {
    const options = command.opts<ScheduleOptions>();
    const [name = ''] = command.args;
    const wish = readWish(options);
    const muster = await session.muster();
    const report =
      wish === null
        ? await showModelSchedule(muster, name)
        : await changeModelSchedule(muster, name, wish);
    if (options.json === true) printJson(session, report);
    else print(session, scheduleText(session, report));
    return exitCodes.done;
  },
};

function readWish({ every, days, at, byHand, zone }: ScheduleOptions): Schedule | null {
  if ([every, at, byHand].filter((one) => one !== undefined).length > 1) {
    throw new MusterError('USAGE', 'choose one of --every, --at and --by-hand');
  }
  if (days !== undefined && at === undefined) throw new MusterError('USAGE', '--days needs --at');
  if (byHand) return { kind: 'by hand' };
  if (every !== undefined) return intervalSchedule(every);
  return at === undefined ? null : calendarSchedule({ days, times: at, zone: readZone(zone) });
}

function scheduleText(session: Session, report: ModelScheduleReport): string {
  return `${styled(session.terminal.output, 'bold', report.model)}\n${indent(fields(scheduleFields(report)))}`;
}

/** When a model is read, as lines of a page of text. */
export function scheduleFields(report: ModelScheduleReport): [string, string | null][] {
  const { schedule: when, scheduledAt, nextRunAt, failures, enabled } = report;
  const next = nextRunAt === null ? 'none' : moment(new Date(nextRunAt));
  return [
    ['is read', describeSchedule(when, moment(new Date(scheduledAt)))],
    ['next planned run', enabled ? next : 'none: it is switched off'],
    ['failed in a row', failures === 0 ? null : counted(failures, 'planned run', 'planned runs')],
  ];
}
