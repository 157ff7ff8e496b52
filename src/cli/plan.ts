import { planAudience } from '#sync/apply.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from './command.ts';
import { showProgress } from './progress.ts';
import { printPlan } from './run-report.ts';

export const plan: CommandSpec = {
  describe(command) {
    command.argument('<name>', 'the audience');
    jsonOption(command);
    examples(command, ['plan gold', 'plan gold --json']);
  },

  async run(session, command) {
    const [name = ''] = command.args;
    const { messages } = session.terminal;
    const muster = await session.muster();
    using progress = showProgress(messages, muster.clock, name);
    const report = await planAudience(muster, name, progress.on);
    progress[Symbol.dispose]();
    return printPlan(session, report, command.opts<JsonOption>().json === true);
  },
};
