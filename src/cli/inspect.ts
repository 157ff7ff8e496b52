import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import { MusterError } from '#domain/errors/muster-error.ts';
import { inspectDatabase, inspectFile, type InspectReport } from '#sync/inspect.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from './command.ts';
import { readCountry } from './country-option.ts';
import { inspectText } from './inspect-text.ts';
import { valueChoices } from '#identifiers/setting.ts';
import { normalisingOptions, readNormalising } from './normalising-options.ts';
import { print, printJson } from './print.ts';
import { showProgress } from './progress.ts';
import { exitCodes, type Session } from './session.ts';

export interface InspectOptions extends JsonOption {
  readonly database?: string;
  readonly id?: string;
  readonly map?: string;
  readonly country?: string;
}

export const inspect: CommandSpec = {
  describe(command) {
    command
      .argument('[file]', 'a file, read as an import would read it')
      .option('--database <name>', 'the people of a database instead')
      .option('--id <column>', 'the column that names each person, where its name does not say so')
      .option('--map <key=column,…>', 'columns by hand, such as EMAIL=contact,ZIP=post')
      .option('--country <code>', 'try it as the default country');
    normalisingOptions(command, valueChoices);
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nShows which values can match somebody at Meta and which cannot and why, with their shape and their\n' +
        'line and never with the values, and what would bring more. Changes nothing.',
    );
    examples(command, [
      'inspect people.csv',
      'inspect crm.csv --id "Customer no." --map EMAIL=Contact --country DE',
      'inspect --database main --json',
    ]);
  },

  async run(session, command) {
    const options = command.opts<InspectOptions>();
    const startedMs = session.tools.clock.nowMs();
    const report = await look(session, command, options);
    const seconds = (session.tools.clock.nowMs() - startedMs) / 1000;
    if (options.json === true) printJson(session, { ...report, seconds });
    else print(session, inspectText(session.terminal.output, report, { seconds, options }));
    return exitCodes.done;
  },
};

async function look(
  session: Session,
  command: Command,
  options: InspectOptions,
): Promise<InspectReport> {
  const [file] = command.args;
  const country = readCountry(options.country);
  const normalising = readNormalising(command);
  const { clock } = session.tools;
  const { messages } = session.terminal;
  if (file !== undefined && options.database === undefined) {
    using progress = showProgress(messages, () => clock.nowMs(), basename(file));
    const wish = { path: resolve(file), id: options.id, map: options.map, country, normalising };
    const currentYear = new Date(clock.nowMs()).getUTCFullYear();
    return { ...(await inspectFile(wish, currentYear, progress.on)), file };
  }
  if (options.database === undefined)
    throw new MusterError('USAGE', 'a file or --database is missing');
  if (file !== undefined) throw new MusterError('USAGE', 'a file and --database together');
  if (options.id !== undefined || options.map !== undefined) {
    throw new MusterError('USAGE', '--id and --map are about the columns of a file');
  }
  const muster = await session.muster();
  using progress = showProgress(messages, () => clock.nowMs(), options.database);
  return await inspectDatabase(muster, options.database, { country, normalising }, progress.on);
}
