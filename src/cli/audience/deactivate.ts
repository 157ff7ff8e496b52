import { type Deactivated, deactivateAudience, removeAndDeactivate } from '#sync/deactivate.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { fields, indent } from '../layout.ts';
import { print, printJson, styled } from '../print.ts';
import { showProgress } from '../progress.ts';
import { exitCodeOf, runText } from '../run-report.ts';
import { exitCodes, type Session } from '../session.ts';

interface DeactivateOptions extends JsonOption {
  readonly removePeople?: true;
  readonly wait?: true;
}

export const deactivate: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'the audience')
      .option(
        '--remove-people',
        'remove everybody first whom Muster added; otherwise they stay at Meta',
      )
      .option('--wait', 'with --remove-people: stay until nothing waits any more, however long');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nNothing of it is sent any more, and its Meta audience is free to be linked elsewhere. Opt-outs\n' +
        'leave all the same. Removing people is not held, because you asked for it; it goes on after a\n' +
        'crash with the same command, or by itself under `muster serve`. `audience activate` starts it again.',
    );
    examples(command, [
      'audience deactivate gold',
      'audience deactivate gold --remove-people --json',
    ]);
  },

  async run(session, command) {
    const { removePeople, wait, json } = command.opts<DeactivateOptions>();
    const [name = ''] = command.args;
    const muster = await session.muster();
    let done: Deactivated;
    if (removePeople === true) {
      using progress = showProgress(session.terminal.messages, muster.clock, name);
      done = await removeAndDeactivate(muster, name, wait === true, progress.on);
    } else {
      done = await deactivateAudience(muster, name);
    }
    if (json === true) printJson(session, done);
    else print(session, textOf(session, done));
    return done.removal === null ? exitCodes.done : exitCodeOf(done.removal, false);
  },
};

function textOf(session: Session, done: Deactivated): string {
  const { audience, state, metaAudienceId, removal } = done;
  const { output } = session.terminal;
  const run = removal === null ? '' : `${runText(output, removal)}\n\n`;
  if (state === 'removing people') {
    const next = `muster audience deactivate ${audience} --remove-people`;
    return `${run}${audience} is deactivated when everybody is removed. Next: ${next}`;
  }
  const people = removal === null ? 'stay at Meta; opt-outs go on leaving' : 'removed';
  const lines = fields([
    ['Meta audience', metaAudienceId === null ? null : `${metaAudienceId}, free to link`],
    ['its people', metaAudienceId === null ? null : people],
  ]);
  const head = styled(output, 'bold', `${audience} is deactivated`);
  return `${run}${head}\n\n${indent(lines)}\n\nTo start it again: muster audience activate ${audience}`;
}
