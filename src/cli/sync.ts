import type { Command } from 'commander';
import { asMusterError } from '#domain/errors/as-muster-error.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { listAudiences } from '#store/audiences.ts';
import type { Muster } from '#sync/muster.ts';
import type { SyncReport } from '#sync/reports.ts';
import { syncAudience } from '#sync/sync.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from './command.ts';
import { print, printJson } from './print.ts';
import { showProgress } from './progress.ts';
import { writeError } from './report-error.ts';
import { exitCodeOf, runText, worstOf } from './run-report.ts';
import { type ExitCode, exitCodes, type Session } from './session.ts';
import { noteTerminalAsks } from './written-down.ts';

interface SyncOptions extends JsonOption {
  readonly all?: true;
  readonly wait?: true;
  readonly strict?: true;
}

export const sync: CommandSpec = {
  describe(command) {
    command
      .argument('[name]', 'the audience')
      .option('--all', 'all audiences, one after the other')
      .option('--wait', 'stay until nothing waits any more, however long')
      .option('--strict', 'exit with 4 when rows were rejected or values could not be used');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nActivates the audience if need be. Waits by itself where that takes less than 30 seconds; what\n' +
        'has to wait longer is named, and the exit code is 5.',
    );
    examples(command, ['sync gold', 'sync gold --wait --strict', 'sync --all --json']);
  },

  async run(session, command) {
    const options = command.opts<SyncOptions>();
    const name = readName(command, options);
    const muster = await session.muster();
    if (name === null) return await syncAll(session, muster, options);
    const report = await syncOne(session, muster, name, options);
    if (options.json === true) printJson(session, report);
    else print(session, runText(session.terminal.output, report));
    return exitCodeOf(report, options.strict === true);
  },
};

/** The audience that was named; null: all of them. */
function readName(command: Command, { all }: SyncOptions): string | null {
  const [name] = command.args;
  if (name === undefined && all !== true)
    throw new MusterError('USAGE', 'NAME or --all is missing');
  if (name !== undefined && all === true) throw new MusterError('USAGE', 'NAME and --all together');
  return name ?? null;
}

async function syncOne(
  session: Session,
  muster: Muster,
  name: string,
  { wait }: SyncOptions,
): Promise<SyncReport> {
  await noteTerminalAsks(muster.store, name);
  using progress = showProgress(session.terminal.messages, muster.clock, name);
  return await syncAudience(muster, name, { wait: wait === true, trigger: 'manual' }, progress.on);
}

/** One that fails does not keep the others from being sent. */
async function syncAll(session: Session, muster: Muster, options: SyncOptions): Promise<ExitCode> {
  const { messages, output } = session.terminal;
  const documents: object[] = [];
  const codes: ExitCode[] = [];
  for (const { name, state } of await listAudiences(muster.store)) {
    if (state === 'deactivated') continue;
    try {
      const report = await syncOne(session, muster, name, options);
      documents.push(report);
      codes.push(exitCodeOf(report, options.strict === true));
      if (options.json !== true) print(session, `${runText(output, report)}\n`);
    } catch (error) {
      const { code, message, next } = asMusterError(error);
      documents.push({ audience: name, error: { code, message, next } });
      // Somebody switched it off: that nothing goes out is what was asked for.
      codes.push(code === 'DESTINATION_DISABLED' ? exitCodes.done : exitCodes.failed);
      messages.write(`${name}: `);
      writeError(messages, error, session.settings.debug);
    }
  }
  if (options.json === true) printJson(session, { audiences: documents });
  else if (codes.length === 0) print(session, 'There is no audience yet. Nothing to do.');
  return worstOf(codes);
}
