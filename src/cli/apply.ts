import { askerOf, noteAsker } from '#store/approvals.ts';
import { findPlan } from '#store/plans.ts';
import { applyPlan } from '#sync/apply.ts';
import { atTerminal } from './at-terminal.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from './command.ts';
import { showProgress } from './progress.ts';
import { printReport } from './run-report.ts';

export interface ApplyOptions extends JsonOption {
  readonly strict?: true;
}

export const apply: CommandSpec = {
  describe(command) {
    command
      .argument('<checksum>', 'of a plan, as `muster plan` printed it')
      .option('--strict', 'exit with 4 when rows were rejected or values could not be used');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nSends exactly the rows of that plan, minus what became moot. Refuses when the plan no longer\n' +
        'says what would be done; later changes are left to the next run.',
    );
    examples(command, ['apply 3f9c2a…', 'apply "$(muster plan gold --json | jq -r .checksum)"']);
  },

  async run(session, command) {
    const { json, strict } = command.opts<ApplyOptions>();
    const { messages } = session.terminal;
    const muster = await session.muster();
    using progress = showProgress(messages, muster.clock, 'apply');
    const [checksum = ''] = command.args;
    const plan = await findPlan(muster.store, checksum);
    if (plan !== null) {
      await noteAsker(muster.store, plan.audienceId, await askerOf(muster.store, atTerminal()));
    }
    const report = await applyPlan(muster, checksum, progress.on);
    progress[Symbol.dispose]();
    return printReport(session, report, { json: json === true, strict: strict === true });
  },
};
