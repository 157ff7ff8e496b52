import type { Command } from 'commander';
import { pauseAudience, type ScheduleReport } from '#jobs/control.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { type ExitCode, exitCodes, type Session } from '../session.ts';
import { scheduleText } from './schedule.ts';

const pausing: Switch = {
  paused: true,
  done: 'is paused. What waits is kept; opt-outs leave all the same',
  already: 'was paused already',
  help: '\nWhat runs stops after the request under way. Nothing of the audience is sent until `resume`, by\nhand neither; opt-outs leave all the same.',
  example: 'audience pause gold',
};

const resuming: Switch = {
  paused: false,
  done: 'goes on. Planned runs that were missed are one',
  already: 'was not paused',
  help: '\nGoes on with what waited. Planned runs that were missed meanwhile are one.',
  example: 'audience resume gold',
};

interface Switch {
  readonly paused: boolean;
  readonly done: string;
  readonly already: string;
  readonly help: string;
  readonly example: string;
}

export const pause = switchOf(pausing);
export const resume = switchOf(resuming);

function switchOf({ paused, help, example }: Switch): CommandSpec {
  return {
    describe(command) {
      command.argument('<name>', 'the audience');
      jsonOption(command);
      command.addHelpText('after', help);
      examples(command, [example, `${example} --json`]);
    },

    async run(session, command) {
      const [name = ''] = command.args;
      const report = await pauseAudience(await session.muster(), name, paused);
      return printSwitched(session, command, report);
    },
  };
}

export function printSwitched(
  session: Session,
  command: Command,
  { changed, ...report }: ScheduleReport & { readonly changed: boolean },
): ExitCode {
  if (command.opts<JsonOption>().json === true) {
    printJson(session, { ...report, changed });
    return exitCodes.done;
  }
  const { done, already } = report.paused ? pausing : resuming;
  print(session, `${report.audience} ${changed ? done : already}.\n`);
  print(session, scheduleText(session, report));
  return exitCodes.done;
}
