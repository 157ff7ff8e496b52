import { pauseAudience } from '#jobs/control.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';
import { scheduleText } from './schedule.ts';

export const pause = switchOf({
  paused: true,
  done: 'is paused. What waits is kept; opt-outs leave all the same',
  already: 'was paused already',
  help: '\nWhat runs stops after the request under way. Nothing of the audience is sent until `resume`, by\nhand neither; opt-outs leave all the same.',
  example: 'audience pause gold',
});

export const resume = switchOf({
  paused: false,
  done: 'goes on. Planned runs that were missed are one',
  already: 'was not paused',
  help: '\nGoes on with what waited. Planned runs that were missed meanwhile are one.',
  example: 'audience resume gold',
});

interface Switch {
  readonly paused: boolean;
  readonly done: string;
  readonly already: string;
  readonly help: string;
  readonly example: string;
}

function switchOf({ paused, done, already, help, example }: Switch): CommandSpec {
  return {
    describe(command) {
      command.argument('<name>', 'the audience');
      jsonOption(command);
      command.addHelpText('after', help);
      examples(command, [example, `${example} --json`]);
    },

    async run(session, command) {
      const [name = ''] = command.args;
      const { changed, ...report } = await pauseAudience(await session.muster(), name, paused);
      if (command.opts<JsonOption>().json === true) printJson(session, { ...report, changed });
      else {
        print(session, `${name} ${changed ? done : already}.\n`);
        print(session, scheduleText(session, report));
      }
      return exitCodes.done;
    },
  };
}
