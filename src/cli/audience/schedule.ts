import type { Command } from 'commander';
import { MusterError } from '#domain/errors/muster-error.ts';
import { moment } from '#http/words.ts';
import {
  changeSchedule,
  type ScheduleReport,
  type ScheduleWish,
  showSchedule,
} from '#jobs/control.ts';
import { readMoment } from '#schedules/moments.ts';
import { describeSchedule, readZone } from '#schedules/schedule.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { fields, indent } from '../layout.ts';
import { print, printJson, styled } from '../print.ts';
import { readSchedule, type ScheduleOptions, scheduleOptions } from '../schedule-options.ts';
import { type ExitCode, exitCodes, type Session } from '../session.ts';

interface AudienceOptions extends ScheduleOptions, JsonOption {
  readonly hourly?: true;
  readonly atOnce?: true;
  readonly from?: string;
  readonly until?: string;
  readonly always?: true;
}

export const schedule: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'the audience')
      .option('--hourly', 'every hour from Activated on, the first time after an hour; the default')
      .option('--at-once', 'seconds after a change, and hourly besides');
    scheduleOptions(command, '--at, --from and --until');
    command
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
    const [name = ''] = command.args;
    const wish = readWish(command);
    const muster = await session.muster();
    const report =
      wish === null ? await showSchedule(muster, name) : await changeSchedule(muster, name, wish);
    return printSchedule(session, command, report);
  },
};

export function printSchedule(
  session: Session,
  command: Command,
  report: ScheduleReport,
): ExitCode {
  if (command.opts<JsonOption>().json === true) printJson(session, report);
  else print(session, scheduleText(session, report));
  return exitCodes.done;
}

/** Null: it is only looked at. @throws MusterError USAGE, SCHEDULE_INVALID */
export function readWish(command: Command): ScheduleWish | null {
  const options = command.opts<AudienceOptions>();
  const { hourly, atOnce } = options;
  const zone = readZone(options.zone);
  const schedule = readSchedule(options, {
    '--hourly': hourly && { kind: 'hourly' },
    '--at-once': atOnce && { kind: 'at once' },
  });
  const period = readPeriod(options, zone);
  if (schedule === null && period === undefined) return null;
  return {
    ...(schedule === null ? {} : { schedule }),
    ...(period === undefined ? {} : { period }),
  };
}

function readPeriod(options: AudienceOptions, zone: string): ScheduleWish['period'] {
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
