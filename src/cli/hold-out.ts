import type { Command } from 'commander';
import { MusterError } from '#domain/errors/muster-error.ts';
import { count } from '#http/words.ts';
import { changeHoldOut, type HoldOutReport, showHoldOut } from '#sync/kept-out.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from './command.ts';
import { fields, indent } from './layout.ts';
import { print, printJson } from './print.ts';
import { type ExitCode, exitCodes, type Session } from './session.ts';
import { people } from './words.ts';

export interface HoldOutOptions extends JsonOption {
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
    const wish = readShare(command);
    const { database } = command.opts<HoldOutOptions>();
    const muster = await session.muster();
    const report =
      wish === undefined
        ? await showHoldOut(muster, database)
        : await changeHoldOut(muster, database, wish);
    return printHoldOut(session, command, report);
  },
};

/** Per cent; null: nobody any more; undefined: it is only looked at. @throws MusterError USAGE */
export function readShare(command: Command): number | null | undefined {
  const { off } = command.opts<HoldOutOptions>();
  const [share] = command.args;
  if (share === undefined) return off === true ? null : undefined;
  if (off === true) throw new MusterError('USAGE', 'a share and --off exclude each other');
  const percent = Number(share.replace('%', ''));
  if (Number.isNaN(percent)) throw new MusterError('USAGE', `“${share}” is no share`);
  return percent;
}

export function printHoldOut(session: Session, command: Command, report: HoldOutReport): ExitCode {
  if (command.opts<HoldOutOptions>().json === true) printJson(session, report);
  else print(session, holdOutText(report));
  return exitCodes.done;
}

function holdOutText(report: HoldOutReport): string {
  const { database, percent, heldOut, people: all, left } = report;
  const lines = fields([
    ['share', percent === null ? 'nobody is held out' : `${percent} %`],
    ['held out', percent === null ? null : `${count(heldOut)} of ${people(all)}`],
    ['were in an audience until now', left === 0 ? null : people(left)],
  ]);
  return `The hold-out of ${database}\n${indent(lines)}`;
}
