import { MusterError } from '#domain/errors/muster-error.ts';
import { findDatabase } from '#store/databases.ts';
import { changeNormalising, type RulesReport } from '#sync/row-rules.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { readCountry } from '../country-option.ts';
import { normalisingOptions, readNormalising } from '../normalising-options.ts';
import { print, printJson, tell } from '../print.ts';
import { showProgress } from '../progress.ts';
import { exitCodes, type Session } from '../session.ts';
import { rulesText } from './_rules-text.ts';

interface SetOptions extends JsonOption {
  readonly country?: string;
}

export const set: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'the database')
      .option(
        '--country <code>',
        'country of phones, postcodes and states without one; never sent',
      );
    normalisingOptions(command);
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nWhat comes out otherwise is made anew at once, from the values as they came, and the next sync\n' +
        'tells Meta of those people and of nobody else. Nobody falls out of an audience by it.\n' +
        'Why each default is as it is: docs/normalising.md',
    );
    examples(command, [
      'database set main --date-order day-first',
      'database set main --country DE --place-accents dropped',
      'database set main --external-id sha256',
    ]);
  },

  async run(session, command) {
    const options = command.opts<SetOptions>();
    const normalising = readNormalising(command);
    const country = readCountry(options.country);
    if (country === null && Object.keys(normalising).length === 0) {
      throw new MusterError('USAGE', 'nothing to set; --help lists what can be set');
    }
    const [name = ''] = command.args;
    const muster = await session.muster();
    const database = await findDatabase(muster.store, name);
    using progress = showProgress(session.terminal.messages, muster.clock, name);
    const report = await changeNormalising(muster, database, { country, normalising }, progress.on);
    progress[Symbol.dispose]();
    if (normalising.externalId !== undefined && report.changed) warnOfIds(session);
    if (options.json === true) printJson(session, report);
    else print(session, textOf(report));
    return exitCodes.done;
  },
};

/** features.md §9 Q-6: Meta keeps an external id for 90 days and compares it byte for byte. */
function warnOfIds(session: Session): void {
  tell(
    session,
    'Warning: external ids change for everybody, so the next sync tells everybody anew. An id that was\n' +
      'hashed, or was not, must stay so: Meta compares ids byte for byte.',
  );
}

function textOf(report: RulesReport): string {
  const head = report.changed
    ? `${report.database}: ${report.profiles === 0 ? 'set' : 'set, and the rows made anew'}`
    : `${report.database}: as it was`;
  const next = report.changed && report.profiles > 0 ? '\n\nNext: muster sync --all' : '';
  return `${head}\n${rulesText(report)}${next}`;
}
