import { moment } from '#http/words.ts';
import { activateAudience } from '#sync/activate.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { fields, indent } from '../layout.ts';
import { print, printJson, styled } from '../print.ts';
import { exitCodes } from '../session.ts';

export const activate: CommandSpec = {
  describe(command) {
    command.argument('<name>', 'the audience');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nMakes the audience at Meta if none is linked, and sets the moment that planned runs count\n' +
        'from. `muster serve` does the planned runs; `muster sync` sends by hand. One that was deactivated\n' +
        'is linked to its Meta audience again, unless another has taken that, and sends every member anew.',
    );
    examples(command, ['audience activate gold']);
  },

  async run(session, command) {
    const [name = ''] = command.args;
    const activated = await activateAudience(await session.muster(), name);
    if (command.opts<JsonOption>().json === true) {
      printJson(session, activated);
      return exitCodes.done;
    }
    const lines = fields([
      ['Meta audience', activated.metaAudienceId],
      ['activated on', moment(new Date(activated.activatedAt))],
      [
        'next planned run',
        activated.nextRunAt === null ? 'none' : moment(new Date(activated.nextRunAt)),
      ],
    ]);
    const head = styled(session.terminal.output, 'bold', `${activated.audience} is active`);
    print(session, `${head}\n\n${indent(lines)}\n\nNext: muster sync ${activated.audience}`);
    return exitCodes.done;
  },
};
