import type { Command } from 'commander';
import { moment } from '#http/words.ts';
import { type ForgetReport, forgetPerson } from '#sync/consent.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from './command.ts';
import { leavingText } from './lane-text.ts';
import { fields, indent } from './layout.ts';
import { print, printJson, type Style, styled } from './print.ts';
import { type ExitCode, exitCodes, type Screen, type Session } from './session.ts';

export const forget: CommandSpec = {
  describe(command) {
    command
      .argument('<external-id>', 'the person, by your own id')
      .option('--database <name>', 'whose person it is', 'main');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nThe profile goes at once and cannot be brought back. Meta is asked to remove the person from each\n' +
        'audience and from the whole ad account; a file that brings them again does not add them again.\n' +
        'Call it again to see how far that is, and for the certificate. The exit code is 5 until then.\n' +
        'Files of your own, those with rejected rows and backups are for you to clean.',
    );
    examples(command, ['forget C-1042', 'forget C-1042 --database shop --json']);
  },

  async run(session, command) {
    const { database } = command.opts<ForgetOptions>();
    const [externalId = ''] = command.args;
    const report = await forgetPerson(await session.muster(), { externalId, database });
    return printForgotten(session, command, report);
  },
};

export interface ForgetOptions extends JsonOption {
  readonly database: string;
}

export function printForgotten(session: Session, command: Command, report: ForgetReport): ExitCode {
  if (command.opts<ForgetOptions>().json === true) printJson(session, report);
  else print(session, forgetText(session.terminal.output, report));
  return report.state === 'open' ? exitCodes.waiting : exitCodes.done;
}

function forgetText(screen: Screen, report: ForgetReport): string {
  const { word, style } = endings[report.state];
  const lines = fields([
    ['erasure', report.erasureId],
    ['asked for', moment(report.requestedAt)],
    ['settled', report.settledAt === null ? null : moment(report.settledAt)],
    ...report.adAccounts.map(({ adAccount, state }): [string, string] => [adAccount, state]),
    ['may remain in', report.mayRemain.length === 0 ? null : report.mayRemain.join(', ')],
    ['problem', report.problem],
  ]);
  return `${styled(screen, style, word)}\n${indent(lines)}${leavingText(report.audiences)}`;
}

const endings: Readonly<Record<ForgetReport['state'], { word: string; style: Style }>> = {
  settled: { word: 'Forgotten', style: 'green' },
  open: { word: 'Forgotten here; at Meta it is on its way', style: 'yellow' },
  'given up': {
    word: 'Forgotten here; Meta did not acknowledge all of it in 30 days',
    style: 'red',
  },
};
