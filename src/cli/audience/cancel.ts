import { userInfo } from 'node:os';
import { cancelActiveRun } from '#jobs/control.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';

interface CancelOptions extends JsonOption {
  readonly reason?: string;
  readonly by?: string;
}

export const cancel: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'the audience')
      .option('--reason <text>', 'why; kept with the run')
      .option('--by <name>', 'who; otherwise the user of this machine');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nWhat was sent stays sent and is not sent again. The next run sends what is left.',
    );
    examples(command, ['audience cancel gold --reason "wrong file"']);
  },

  async run(session, command) {
    const { reason, by, json } = command.opts<CancelOptions>();
    const [name = ''] = command.args;
    const wish = { by: by ?? userInfo().username, reason: reason ?? null };
    const report = await cancelActiveRun(await session.muster(), name, wish);
    if (json === true) printJson(session, report);
    else {
      const words =
        report.state === 'cancelled'
          ? 'is cancelled'
          : 'is being cancelled: it stops after the request under way';
      print(session, `Run ${report.runId} of ${name} ${words}. The next run sends what is left.`);
    }
    return exitCodes.done;
  },
};
