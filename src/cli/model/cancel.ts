import { cancelModel } from '#jobs/model-runs.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';

interface CancelOptions extends JsonOption {
  readonly reason?: string;
}

export const cancel: CommandSpec = {
  describe(command) {
    command.argument('<name>', 'the model').option('--reason <text>', 'why; kept with the run');
    jsonOption(command);
    examples(command, ['model cancel buyers --reason "the table is being rebuilt"']);
  },

  async run(session, command) {
    const { reason, json } = command.opts<CancelOptions>();
    const [name = ''] = command.args;
    const report = await cancelModel(await session.muster(), name, reason ?? null);
    if (json === true) printJson(session, report);
    else {
      const words =
        report.state === 'cancelled'
          ? 'is cancelled'
          : 'is being cancelled: it ends after the rows that are being read';
      print(session, `Run ${report.runId} of ${name} ${words}. Nothing of it is taken over.`);
    }
    return exitCodes.done;
  },
};
