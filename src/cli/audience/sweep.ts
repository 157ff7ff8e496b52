import { switchSweep } from '#jobs/control.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';
import { unsweptWords } from '../words.ts';

interface SweepOptions extends JsonOption {
  readonly on?: true;
  readonly off?: true;
}

export const sweep: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'the audience')
      .option('--on', 'say again, within 30 days, whatever Meta was told')
      .option('--off', 'leave that off');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nWhat Meta was told is said again within 30 days, or within half of the days after which the Meta\n' +
        'audience lets people go: after fresh changes, the oldest first, a part in each run. Without an\n' +
        `option it says whether that is so. Without the sweep: ${unsweptWords.replace(' may', '\nmay')}.`,
    );
    examples(command, ['audience sweep gold', 'audience sweep gold --off']);
  },

  async run(session, command) {
    const { on, off, json } = command.opts<SweepOptions>();
    const [name = ''] = command.args;
    if (on === true && off === true) throw new MusterError('USAGE', '--on or --off, not both');
    const wish = on === true ? true : off === true ? false : undefined;
    const report = await switchSweep(await session.muster(), name, wish);
    if (json === true) printJson(session, report);
    else {
      const left = report.sweep === 'off' ? ` ${unsweptWords}.` : '';
      print(session, `The sweep of ${name} is ${report.sweep}.${left}`);
    }
    return exitCodes.done;
  },
};
