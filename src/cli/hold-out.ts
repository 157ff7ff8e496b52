import { MusterError } from '#domain/errors/muster-error.ts';
import { count } from '#http/words.ts';
import { changeHoldOut, type HoldOutReport, showHoldOut } from '#sync/kept-out.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from './command.ts';
import { fields, indent } from './layout.ts';
import { print, printJson } from './print.ts';
import { exitCodes } from './session.ts';
import { people } from './words.ts';

interface HoldOutOptions extends JsonOption {
  readonly database: string;
  readonly off?: true;
}

export const holdOut: CommandSpec = {
  describe(command) {
    command
      .argument('[percent]', 'hold out this share of everybody, up to 50; without: show it')
      .option('--off', 'hold nobody out any more')
      .option('--database <name>', 'whose people', 'main');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nWho is held out is in no audience, whatever fills it, so that you can compare them with those who\n' +
        'are. They are drawn by a hash of their external id: always the same, and some more as the share\n' +
        'grows. It holds at once; Meta hears of it with the next runs.',
    );
    examples(command, ['hold-out 5', 'hold-out', 'hold-out --off']);
  },

  async run(session, command) {
    const { database, off, json } = command.opts<HoldOutOptions>();
    const [share] = command.args;
    if (share !== undefined && off === true) {
      throw new MusterError('USAGE', 'a share and --off exclude each other');
    }
    const percent = share === undefined ? null : Number(share.replace('%', ''));
    if (Number.isNaN(percent)) throw new MusterError('USAGE', `“${share}” is no share`);
    const muster = await session.muster();
    const report =
      share === undefined && off !== true
        ? await showHoldOut(muster, database)
        : await changeHoldOut(muster, database, percent);
    if (json === true) printJson(session, report);
    else print(session, holdOutText(report));
    return exitCodes.done;
  },
};

function holdOutText(report: HoldOutReport): string {
  const { database, percent, heldOut, people: all, left } = report;
  const lines = fields([
    ['share', percent === null ? 'nobody is held out' : `${percent} %`],
    ['held out', percent === null ? null : `${count(heldOut)} of ${people(all)}`],
    ['were in an audience until now', left === 0 ? null : people(left)],
  ]);
  return `The hold-out of ${database}\n${indent(lines)}`;
}
