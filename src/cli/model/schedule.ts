import type { Command } from 'commander';
import { moment } from '#http/words.ts';
import {
  changeModelSchedule,
  type ModelScheduleReport,
  showModelSchedule,
} from '#jobs/model-runs.ts';
import { describeSchedule } from '#schedules/schedule.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { fields, indent } from '../layout.ts';
import { print, printJson, styled } from '../print.ts';
import { readSchedule, type ScheduleOptions, scheduleOptions } from '../schedule-options.ts';
import { type ExitCode, exitCodes, type Session } from '../session.ts';
import { counted } from '../words.ts';

export const schedule: CommandSpec = {
  describe(command) {
    command.argument('<name>', 'the model');
    scheduleOptions(command, '--at', '; the default');
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
    const [name = ''] = command.args;
    const wish = readSchedule(command.opts<ScheduleOptions>());
    const muster = await session.muster();
    const report =
      wish === null
        ? await showModelSchedule(muster, name)
        : await changeModelSchedule(muster, name, wish);
    return printModelSchedule(session, command, report);
  },
};

export function printModelSchedule(
  session: Session,
  command: Command,
  report: ModelScheduleReport,
): ExitCode {
  if (command.opts<JsonOption>().json === true) printJson(session, report);
  else print(session, scheduleText(session, report));
  return exitCodes.done;
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
