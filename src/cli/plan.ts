import { planAudience } from '#sync/apply.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from './command.ts';
import { print, printJson } from './print.ts';
import { showProgress } from './progress.ts';
import { planText } from './run-report.ts';
import { exitCodes } from './session.ts';

export const plan: CommandSpec = {
  describe(command) {
    command.argument('<name>', 'the audience');
    jsonOption(command);
    examples(command, ['plan gold', 'plan gold --json']);
  },

  async run(session, command) {
    const [name = ''] = command.args;
    const { messages, output } = session.terminal;
    const muster = await session.muster();
    using progress = showProgress(messages, muster.clock, name);
    const report = await planAudience(muster, name, progress.on);
    progress[Symbol.dispose]();
    if (command.opts<JsonOption>().json === true) printJson(session, report);
    else print(session, planText(output, report));
    return exitCodes.done;
  },
};
