import { MusterError } from '#domain/errors/muster-error.ts';
import { choiceNames } from '#identifiers/setting.ts';
import { type ApprovalLimits, changeApprovalLimits } from '#store/approvals.ts';
import { findDatabase, setExpectedEvery } from '#store/databases.ts';
import { changeRules, type RulesReport } from '#sync/row-rules.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { readCountry } from '../country-option.ts';
import { normalisingOptions, readNormalising } from '../normalising-options.ts';
import { print, printJson, tell } from '../print.ts';
import { showProgress } from '../progress.ts';
import { exitCodes, type Session } from '../session.ts';
import { people } from '../words.ts';
import { rulesText, type UnknownConsent } from './_rules-text.ts';

interface SetOptions extends JsonOption {
  readonly country?: string;
  readonly expectEvery?: string;
  readonly unknownConsent?: string;
  readonly peopleAtMost?: string;
  readonly removalsAtMost?: string;
  readonly dryRun?: true;
}

export const set: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'the database')
      .option(
        '--country <code>',
        'country of phones, postcodes and states without one; never sent',
      );
    command.option(
      '--expect-every <time>',
      'how often people come in, such as 6h or 1d; off: nobody knows',
    );
    command.option(
      '--unknown-consent <passes|blocks>',
      'whether people are sent of whom no yes or no to marketing is known (default passes)',
    );
    command
      .option(
        '--people-at-most <n>',
        'a run that concerns more people waits for a second person; off: none does',
      )
      .option('--removals-at-most <n>', 'the same of people who would leave');
    normalisingOptions(command, choiceNames);
    command.option('--dry-run', 'say how many people it touches, and change nothing');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nPeople who come in later than twice as often as expected are late: whoever leaves an audience only\n' +
        'because time has passed is held then, since what would keep them may not have come in yet.\n' +
        'What comes out otherwise is made anew at once, from the values as they came, and the next sync\n' +
        'tells Meta of those people and of nobody else. Nobody falls out of an audience by it.\n' +
        'Why each default is as it is: docs/normalising.md',
    );
    examples(command, [
      'database set main --date-order day-first',
      'database set main --country DE --place-accents dropped',
      'database set main --external-id sha256',
      'database set main --expect-every 1d',
      'database set main --unknown-consent blocks',
      'database set main --people-at-most 10000 --removals-at-most 500',
      'database set main --emails first --dry-run',
      'database set main --limited-data-use californians',
    ]);
  },

  async run(session, command) {
    const options = command.opts<SetOptions>();
    const normalising = readNormalising(command);
    const country = readCountry(options.country);
    const expected = readExpected(options.expectEvery);
    const unknownConsent = readUnknownConsent(options.unknownConsent);
    const limits = {
      peopleAtMost: readLimit('--people-at-most', options.peopleAtMost),
      removalsAtMost: readLimit('--removals-at-most', options.removalsAtMost),
    };
    const said = [expected, ...Object.values(limits), ...Object.values(normalising)];
    const nothing = country === null && unknownConsent === null;
    if (nothing && said.every((value) => value === undefined)) {
      throw new MusterError('USAGE', 'nothing to set; --help lists what can be set');
    }
    const [name = ''] = command.args;
    const muster = await session.muster();
    const database = await findDatabase(muster.store, name);
    if (expected !== undefined && options.dryRun !== true)
      await setExpectedEvery(muster.store, database.id, expected);
    using progress = showProgress(session.terminal.messages, muster.clock, name);
    const dryRun = options.dryRun === true;
    const approval = await changeApprovalLimits(muster.store, database.id, limits, dryRun);
    const wish = { country, unknownConsent, normalising, dryRun };
    const ruled = await changeRules(muster, database, wish, progress.on);
    const expectedEveryMinutes = expected === undefined ? database.expectedEveryMinutes : expected;
    const report = {
      ...ruled,
      expectedEveryMinutes,
      approval: approval.limits,
      changed:
        ruled.changed || approval.changed || expectedEveryMinutes !== database.expectedEveryMinutes,
      rulesChanged: ruled.changed,
    };
    progress[Symbol.dispose]();
    if (normalising.externalId !== undefined && report.changed) warnOfIds(session);
    if (options.json === true) printJson(session, report);
    else print(session, textOf(report));
    return exitCodes.done;
  },
};

function readUnknownConsent(text: string | undefined): UnknownConsent | null {
  if (text === undefined) return null;
  if (text === 'passes' || text === 'blocks') return text;
  throw new MusterError('USAGE', `--unknown-consent “${text}” is neither passes nor blocks`);
}

/** features.md §9 Q-6: Meta keeps an external id for 90 days and compares it byte for byte. */
function warnOfIds(session: Session): void {
  tell(
    session,
    'Warning: external ids change for everybody, so the next sync tells everybody anew. An id that was\n' +
      'hashed, or was not, must stay so: Meta compares ids byte for byte.',
  );
}

/** People; null: off; undefined: as it is. */
function readLimit(flag: string, text: string | undefined): number | null | undefined {
  if (text === undefined) return undefined;
  if (text === 'off') return null;
  if (!/^\d{1,9}$/.test(text)) {
    throw new MusterError('USAGE', `${flag} is a number of people, or off: ${text}`);
  }
  return Number(text);
}

/** Minutes; null: off; undefined: as it is. */
function readExpected(text: string | undefined): number | null | undefined {
  if (text === undefined) return undefined;
  if (text === 'off') return null;
  const [, number = '', unit = ''] = /^([1-9]\d{0,4})(m|h|d)$/.exec(text) ?? [];
  if (unit === '') {
    throw new MusterError(
      'USAGE',
      `--expect-every is a time such as 30m, 6h or 1d, or off: ${text}`,
    );
  }
  return Number(number) * (unit === 'm' ? 1 : unit === 'h' ? 60 : 1440);
}

interface SetReport extends RulesReport {
  readonly expectedEveryMinutes: number | null;
  readonly approval: ApprovalLimits;
  readonly rulesChanged: boolean;
}

function textOf(report: SetReport): string {
  const { touched, dryRun, rulesChanged, profiles } = report;
  const whom = `the rows of ${people(touched)} come out otherwise`;
  if (dryRun) return `${report.database}: nothing was changed; with this ${whom}`;
  const head = !report.changed
    ? 'as it was'
    : rulesChanged && profiles > 0
      ? `set; ${whom}`
      : 'set';
  const next =
    rulesChanged && profiles > 0
      ? `\n\nNext: muster sync --all; muster audience replay --all --database ${report.database} sends everybody again`
      : '';
  return `${report.database}: ${head}\n${rulesText(report)}${next}`;
}
