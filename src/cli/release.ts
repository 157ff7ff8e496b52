import { MusterError } from '#domain/errors/muster-error.ts';
import { releaseHeldRun } from '#sync/apply.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from './command.ts';
import { showProgress } from './progress.ts';
import { readRunId } from './run-id.ts';
import { printReport } from './run-report.ts';

export interface ByOptions extends JsonOption {
  readonly by?: string;
}

export const release: CommandSpec = {
  describe(command) {
    command
      .argument('<run>', 'the number of the held run')
      .option(
        '--by <name>',
        'who answers for it, written down with the run; with --server it is whose the key is',
      );
    jsonOption(command);
    examples(command, ['release 17 --by "Ana Lima"']);
  },

  async run(session, command) {
    const { by = '', json } = command.opts<ByOptions>();
    const runId = readRunId(command);
    if (by.trim() === '') throw new MusterError('USAGE', '--by NAME is missing');
    const muster = await session.muster();
    using progress = showProgress(session.terminal.messages, muster.clock, `run ${runId}`);
    const report = await releaseHeldRun(muster, Number(runId), by.trim(), progress.on);
    progress[Symbol.dispose]();
    return printReport(session, report, { json: json === true });
  },
};
