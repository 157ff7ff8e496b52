import type { Command } from 'commander';
import { MARKETING } from '#domain/consent.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { type ConsentReport, type LaneState, setConsent } from '#sync/consent.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from './command.ts';
import { leavingText } from './lane-text.ts';
import { print, printJson, type Style, styled } from './print.ts';
import { type ExitCode, exitCodes, type Screen, type Session } from './session.ts';

interface ConsentOptions extends JsonOption {
  readonly database: string;
  readonly yes?: true;
  readonly no?: true;
  readonly category: string;
  readonly basis?: string;
  readonly source?: string;
  readonly at?: string;
  readonly proof?: string;
}

export const consent: CommandSpec = {
  describe(command) {
    command
      .argument('<external-id>', 'the person, by your own id')
      .option('--no', 'they opted out: they leave everywhere, and their values are not sent again')
      .option('--yes', 'they opted in')
      .option(
        '--category <name>',
        'to one category alone; sale_sharing: to the sale and sharing of data',
        MARKETING,
      )
      .option('--basis <text>', 'on what the answer rests: consent, contract …')
      .option('--source <text>', 'where it was given: web form, call centre …')
      .option('--at <time>', 'when it was given; now, if left out')
      .option('--proof <text>', 'what proves it: the number of a letter, the address of a record …')
      .option('--database <name>', 'whose person it is', 'main');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nA no needs no schedule: it leaves within 15 seconds, whatever state an audience is in. Files that\n' +
        'say otherwise later do not overrule it; --yes does. Nobody is sent with a value of theirs, not\n' +
        'even somebody who shares it. A no to a category leaves the audiences of the integrations that ask\n' +
        'for it (integration set --require-consent). The exit code is 5 while Meta has not acknowledged\n' +
        'everything.',
    );
    examples(command, [
      'consent C-1042 --no',
      'consent C-1042 --yes --database shop',
      'consent C-1042 --yes --category newsletter --basis consent --source "web form" --proof DOI-88',
    ]);
  },

  async run(session, command) {
    const wish = readWish(command);
    return printConsent(session, command, await setConsent(await session.muster(), wish));
  },
};

/** @throws MusterError USAGE */
export function readWish(command: Command) {
  const { yes, no, database, category, json: _, ...given } = command.opts<ConsentOptions>();
  const [externalId = ''] = command.args;
  if (yes === no) throw new MusterError('USAGE', 'one of --yes and --no is needed');
  if (category.trim() === '') throw new MusterError('USAGE', '--category is empty');
  const consent: 'yes' | 'no' = yes === true ? 'yes' : 'no';
  return { externalId, database, category, consent, details: detailsOf(given) };
}

export function printConsent(session: Session, command: Command, report: ConsentReport): ExitCode {
  if (command.opts<ConsentOptions>().json === true) printJson(session, report);
  else print(session, consentText(session.terminal.output, report));
  return laneExit(report.state);
}

/** @throws MusterError USAGE */
function detailsOf({
  basis,
  source,
  at,
  proof,
}: Pick<ConsentOptions, 'basis' | 'source' | 'at' | 'proof'>) {
  const time = at === undefined ? undefined : new Date(at);
  if (time !== undefined && Number.isNaN(time.getTime())) {
    throw new MusterError('USAGE', `--at “${at}” is not a time such as 2026-11-22T10:17:30Z`);
  }
  return {
    ...(basis === undefined ? {} : { basis }),
    ...(source === undefined ? {} : { source }),
    ...(time === undefined ? {} : { at: time.toISOString() }),
    ...(proof === undefined ? {} : { proof }),
  };
}

function consentText(screen: Screen, report: ConsentReport): string {
  const to = report.category === MARKETING ? '' : ` to ${report.category}`;
  const head = `${styled(screen, 'bold', report.externalId)} says ${report.consent}${to}`;
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
  'nothing to remove': { word: 'there was nothing to remove at Meta', style: 'green' },
  waiting: { word: 'on its way', style: 'yellow' },
  refused: { word: 'Meta refused the removal; it stays open and is tried again', style: 'red' },
};

function laneExit(state: LaneState): ExitCode {
  return state === 'waiting' || state === 'refused' ? exitCodes.waiting : exitCodes.done;
}
