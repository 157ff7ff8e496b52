import { MusterError } from '#domain/errors/muster-error.ts';
import { type ConsentReport, type LaneState, setConsent } from '#sync/consent.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from './command.ts';
import { leavingText } from './lane-text.ts';
import { print, printJson, type Style, styled } from './print.ts';
import { type ExitCode, exitCodes, type Screen } from './session.ts';

interface ConsentOptions extends JsonOption {
  readonly database: string;
  readonly yes?: true;
  readonly no?: true;
}

export const consent: CommandSpec = {
  describe(command) {
    command
      .argument('<external-id>', 'the person, by your own id')
      .option('--no', 'they opted out: they leave everywhere, and their values are not sent again')
      .option('--yes', 'they opted in')
      .option('--database <name>', 'whose person it is', 'main');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nA no needs no schedule: it leaves within 15 seconds, whatever state an audience is in. Files that\n' +
        'say otherwise later do not overrule it; --yes does. Nobody is sent with a value of theirs, not\n' +
        'even somebody who shares it. The exit code is 5 while Meta has not acknowledged everything.',
    );
    examples(command, ['consent C-1042 --no', 'consent C-1042 --yes --database shop']);
  },

  async run(session, command) {
    const { yes, no, database, json } = command.opts<ConsentOptions>();
    const [externalId = ''] = command.args;
    if (yes === no) throw new MusterError('USAGE', 'one of --yes and --no is needed');
    const said = yes === true ? 'yes' : 'no';
    const muster = await session.muster();
    const report = await setConsent(muster, { externalId, database, consent: said });
    if (json === true) printJson(session, report);
    else print(session, consentText(session.terminal.output, report));
    return laneExit(report.state);
  },
};

function consentText(screen: Screen, report: ConsentReport): string {
  const head = `${styled(screen, 'bold', report.externalId)} says ${report.consent}`;
  if (report.consent === 'yes') {
    return `${head}. What they belong to is sent by the next run of each audience.`;
  }
  const { word, style } = endings[report.state];
  const next =
    report.state === 'waiting'
      ? '\n\nIt is written down and leaves by itself: with `muster serve`, or the next command that sends.'
      : '';
  const why = report.problem === null ? '' : `\n\n${report.problem}`;
  return `${head}: ${styled(screen, style, word)}${leavingText(report.audiences)}${why}${next}`;
}

const endings: Readonly<Record<LaneState, { word: string; style: Style }>> = {
  left: { word: 'removed everywhere', style: 'green' },
  'nothing to remove': { word: 'Meta was never told of them', style: 'green' },
  waiting: { word: 'on its way', style: 'yellow' },
  refused: { word: 'Meta refused the removal; it stays open and is tried again', style: 'red' },
};

function laneExit(state: LaneState): ExitCode {
  return state === 'waiting' || state === 'refused' ? exitCodes.waiting : exitCodes.done;
}
