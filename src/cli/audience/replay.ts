import { MusterError } from '#domain/errors/muster-error.ts';
import { replayAudience } from '#jobs/control.ts';
import { syncAudience } from '#sync/sync.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { showProgress } from '../progress.ts';
import { exitCodeOf, runText } from '../run-report.ts';

interface ReplayOptions extends JsonOption {
  readonly yes?: true;
}

export const replay: CommandSpec = {
  describe(command) {
    command.argument('<name>', 'the audience');
    jsonOption(command);
    command.addHelpText('after', '\nSends every member once more; nobody is removed for it.');
    examples(command, ['audience replay gold', 'audience replay gold --json']);
  },
  run: (session, command) => perform(session, command, 'replay'),
};

export const reset: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'the audience')
      .option('--yes', 'that everybody is looked at anew and every member sent again');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nForgets what was known of who belongs, looks at everybody anew and sends every member again.\n' +
        'What was sent before is still removed when it has to be.',
    );
    examples(command, ['audience reset gold --yes']);
  },
  async run(session, command) {
    if (command.opts<ReplayOptions>().yes !== true) {
      throw new MusterError('USAGE', 'every member would be sent again; confirm it with --yes');
    }
    return await perform(session, command, 'reset');
  },
};

async function perform(
  session: Parameters<CommandSpec['run']>[0],
  command: Parameters<CommandSpec['run']>[1],
  kind: 'replay' | 'reset',
): ReturnType<CommandSpec['run']> {
  const [name = ''] = command.args;
  const muster = await session.muster();
  await replayAudience(muster, name, kind);
  const { messages, output } = session.terminal;
  using progress = showProgress(messages, muster.clock, name);
  const report = await syncAudience(muster, name, { wait: false, trigger: kind }, progress.on);
  progress[Symbol.dispose]();
  if (command.opts<JsonOption>().json === true) printJson(session, report);
  else print(session, runText(output, report));
  return exitCodeOf(report, false);
}
