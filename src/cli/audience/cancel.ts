import { userInfo } from 'node:os';
import { cancelActiveRun, type CancelReport } from '#jobs/control.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { type ExitCode, exitCodes, type Session } from '../session.ts';

export interface CancelOptions extends JsonOption {
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
    return printCancelled(session, report, json === true);
  },
};

export function printCancelled(session: Session, report: CancelReport, json: boolean): ExitCode {
  const { audience, runId, state } = report;
  const words =
    state === 'cancelled'
      ? 'is cancelled'
      : 'is being cancelled: it stops after the request under way';
  if (json) printJson(session, report);
  else print(session, `Run ${runId} of ${audience} ${words}. The next run sends what is left.`);
  return exitCodes.done;
}
