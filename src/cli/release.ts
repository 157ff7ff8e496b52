import { MusterError } from '#domain/errors/muster-error.ts';
import { releaseHeldRun } from '#sync/apply.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from './command.ts';
import { print, printJson } from './print.ts';
import { showProgress } from './progress.ts';
import { exitCodeOf, runText } from './run-report.ts';

interface ReleaseOptions extends JsonOption {
  readonly by: string;
}

export const release: CommandSpec = {
  describe(command) {
    command
      .argument('<run>', 'the number of the held run')
      .requiredOption('--by <name>', 'who answers for it; written down with the run');
    jsonOption(command);
    examples(command, ['release 17 --by "Ana Lima"']);
  },

  async run(session, command) {
    const { by, json } = command.opts<ReleaseOptions>();
    const [text = ''] = command.args;
    if (!/^\d{1,15}$/.test(text)) throw new MusterError('USAGE', `“${text}” is no number of a run`);
    if (by.trim() === '') throw new MusterError('USAGE', '--by is empty');
    const { messages, output } = session.terminal;
    const muster = await session.muster();
    using progress = showProgress(messages, muster.clock, `run ${text}`);
    const report = await releaseHeldRun(muster, Number(text), by.trim(), progress.on);
    progress[Symbol.dispose]();
    if (json === true) printJson(session, report);
    else print(session, runText(output, report));
    return exitCodeOf(report, false);
  },
};
